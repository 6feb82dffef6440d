//! Numbers of JSON, compared by value, whatever their Rust type.

use std::cmp::Ordering;

use serde_json::Number;

/// Compares two numbers exactly, even a float with an integer that floats cannot represent.
pub(crate) fn compare(one: &Number, other: &Number) -> Ordering {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => one.cmp(&other),
        (Some(integer), None) => compare_mixed(integer, float(other)),
        (None, Some(integer)) => compare_mixed(integer, float(one)).reverse(),
        (None, None) => float(one).total_cmp(&float(other)),
    }
}

fn compare_mixed(integer: i128, float: f64) -> Ordering {
    // Rounding never reverses an order, so only numbers that become equal are compared again.
    (integer as f64)
        .total_cmp(&float)
        .then_with(|| integer.cmp(&(float as i128)))
}

/// The value as a float; -0 becomes 0.
fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN) + 0.0
}

/// Whether a number is an integer. 5.0 is one.
pub(crate) fn is_integer(number: &Number) -> bool {
    !number.is_f64() || float(number).fract() == 0.0
}

/// Whether a number is a multiple of another one, as decimal numbers: 19.99 is a multiple of 0.01.
pub(crate) fn is_multiple(number: &Number, unit: &Number) -> bool {
    if let (Some(number), Some(unit)) = (number.as_i128(), unit.as_i128()) {
        return number % unit == 0;
    }
    let (Some(number), Some(unit)) = (Decimal::of(number), Decimal::of(unit)) else {
        return false;
    };
    if unit.exponent > number.exponent {
        // Scaled to the exponent of the number, the unit overflows only if it is greater than the
        // number.
        let unit = scaled(unit.digits, unit.exponent - number.exponent);
        return unit.map_or(number.digits == 0, |unit| number.digits % unit == 0);
    }
    let mut rest = number.digits % unit.digits;
    for _ in unit.exponent..number.exponent {
        rest = rest * 10 % unit.digits;
    }
    rest == 0
}

fn scaled(digits: i128, by: i32) -> Option<i128> {
    10_i128.checked_pow(by.unsigned_abs())?.checked_mul(digits)
}

/// `digits` × 10 to the power of `exponent`.
struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    /// The shortest decimal that parses to the number, as people write it.
    fn of(number: &Number) -> Option<Self> {
        let text = number.to_string();
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        Some(Self {
            digits: format!("{whole}{fraction}").parse().ok()?,
            exponent: exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().expect("a number")
    }

    #[test]
    fn order() {
        let ascending = [
            "-1e300",
            "-9223372036854775808",
            "-1.5",
            "0",
            "0.1",
            "9007199254740992.0",
            "9007199254740993",
            "18446744073709551615",
            "18446744073709551616.0",
        ];
        for (place, one) in ascending.iter().enumerate() {
            for (other_place, other) in ascending.iter().enumerate() {
                let found = compare(&number(one), &number(other));
                assert_eq!(found, place.cmp(&other_place), "{one} and {other}");
            }
        }
        assert!(compare(&number("5"), &number("5.0")).is_eq());
        assert!(compare(&number("-0.0"), &number("0")).is_eq());
    }

    #[test]
    fn multiples() {
        for (one, unit, expected) in [
            ("19.99", "0.01", true),
            ("19.995", "0.01", false),
            ("7", "0.5", true),
            ("7.5", "2", false),
            ("1e300", "7", false),
            ("1e300", "2", true),
            ("0.5", "1e300", false),
            ("0.0", "1e300", true),
            ("-9", "3", true),
            ("1e-8", "1e-9", true),
        ] {
            let found = is_multiple(&number(one), &number(unit));
            assert_eq!(found, expected, "{one} of {unit}");
        }
    }
}
