//! The messages of violations. They name the JSON types of values, with Python's words for
//! integers, floats and strings.

use std::fmt::{self, Display, Formatter, Write};

use serde_json::Value;

use crate::assertion::Assertion;
use crate::compiled::{Type, Types};
use crate::variants::Variants;
use crate::violation::{Problem, Violation};

impl Display for Violation<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl Violation<'_> {
    /// Writes the message of [`Display`] without the detour of a formatter.
    ///
    /// # Errors
    ///
    /// Writing to `f` fails. Writing to a `String` cannot fail.
    pub fn write(&self, f: &mut impl Write) -> fmt::Result {
        let value = self.value;
        match self.problem {
            Problem::Type(Types(types)) => wrong_type(f, types, value),
            Problem::Variant(branches) => {
                let types = self.compiled.types(branches);
                match value {
                    _ if !types.contains(&Type::of(value)) => wrong_type(f, &types, value),
                    // The type is right, but no variant has this name.
                    Value::String(_) => invalid_enum_value(f, value),
                    _ => no_variant(f, self.compiled.variants(branches), value),
                }
            }
            Problem::Missing(name) => write!(f, "Object missing required field `{name}`"),
            Problem::Unknown(name) => write!(f, "Object contains unknown field `{name}`"),
            Problem::Assertion(assertion) => unsatisfied(f, assertion, value),
            Problem::Keyword(keyword) => write!(f, "Value does not satisfy `{keyword}`"),
        }
    }
}

fn wrong_type(f: &mut impl Write, expected: &[Type], value: &Value) -> fmt::Result {
    f.write_str("Expected `")?;
    for (place, allowed) in expected.iter().enumerate() {
        if place > 0 {
            f.write_str(" | ")?;
        }
        f.write_str(allowed.word())?;
    }
    write!(f, "`, got `{}`", word(value))
}

fn word(value: &Value) -> &'static str {
    Type::of(value).word()
}

fn invalid_enum_value(f: &mut impl Write, value: &Value) -> fmt::Result {
    match value {
        Value::String(text) => write!(f, "Invalid enum value '{text}'"),
        other => write!(f, "Invalid enum value {other}"),
    }
}

/// Names what tells the variants apart, if something does.
fn no_variant(f: &mut impl Write, variants: Option<Variants<'_>>, value: &Value) -> fmt::Result {
    match variants {
        Some(Variants::Tag(tag, allowed)) => {
            write!(f, "Expected `{tag}` to be one of ")?;
            write_list(f, &allowed)?;
            match value.get(tag) {
                Some(found) => write!(f, ", got {found}"),
                None => f.write_str(", but it is missing"),
            }
        }
        Some(Variants::Names(names)) => {
            f.write_str("Expected an object with one of the members ")?;
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            write_list(f, &names)
        }
        None => f.write_str("Value matches none of the allowed variants"),
    }
}

fn write_list(f: &mut impl Write, items: &[impl Display]) -> fmt::Result {
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

fn unsatisfied(f: &mut impl Write, assertion: &Assertion, value: &Value) -> fmt::Result {
    let mut compared = |relation: &str, limit: &dyn Display| {
        write!(f, "Expected `{}` {relation} {limit}", word(value))
    };
    match assertion {
        Assertion::Minimum(limit) => compared(">=", limit),
        Assertion::Maximum(limit) => compared("<=", limit),
        Assertion::ExclusiveMinimum(limit) => compared(">", limit),
        Assertion::ExclusiveMaximum(limit) => compared("<", limit),
        Assertion::MultipleOf(unit) => compared("that's a multiple of", unit),
        Assertion::MinLength(limit)
        | Assertion::MinItems(limit)
        | Assertion::MinProperties(limit) => compared("of length >=", limit),
        Assertion::MaxLength(limit)
        | Assertion::MaxItems(limit)
        | Assertion::MaxProperties(limit) => compared("of length <=", limit),
        Assertion::Enum(_) | Assertion::Const(_) => invalid_enum_value(f, value),
        Assertion::Pattern { text, .. } => write!(f, "Expected `str` matching regex '{text}'"),
        Assertion::Format(format) => {
            write!(f, "Expected `str` matching format '{}'", format.name())
        }
        Assertion::Float => f.write_str("Expected `float` matching format 'float'"),
        Assertion::UniqueItems => f.write_str("Expected `array` with unique items"),
    }
}
