//! The keywords of JSON Schema that check a single value and nothing inside of it (Validation,
//! section 6).

use std::cmp::Ordering;
use std::collections::HashSet;

use regex::Regex;
use serde_json::{Number, Value};

use crate::equality::{ByValue, equal};
use crate::format::Format;
use crate::number::{compare, is_multiple};
use crate::pattern;

/// A keyword with its value.
#[derive(Debug)]
pub(crate) enum Assertion {
    Enum(Vec<Value>),
    Const(Value),
    Minimum(Number),
    Maximum(Number),
    ExclusiveMinimum(Number),
    ExclusiveMaximum(Number),
    MultipleOf(Number),
    MinLength(u64),
    MaxLength(u64),
    Pattern {
        text: String,
        regex: Regex,
    },
    Format(Format),
    /// `"format": "float"` of the OpenAPI registry: a number in the range of a 32-bit float.
    Float,
    MinItems(u64),
    MaxItems(u64),
    UniqueItems,
    MinProperties(u64),
    MaxProperties(u64),
}

impl Assertion {
    /// The assertion of a keyword. `None` for other keywords.
    ///
    /// # Errors
    ///
    /// The value is not valid for the keyword.
    pub(crate) fn new(keyword: &str, value: &Value) -> Result<Option<Self>, String> {
        Ok(Some(match keyword {
            "enum" => Self::Enum(value.as_array().ok_or("`enum` is not an array")?.clone()),
            "const" => Self::Const(value.clone()),
            "minimum" => Self::Minimum(number(keyword, value)?),
            "maximum" => Self::Maximum(number(keyword, value)?),
            "exclusiveMinimum" => Self::ExclusiveMinimum(number(keyword, value)?),
            "exclusiveMaximum" => Self::ExclusiveMaximum(number(keyword, value)?),
            "multipleOf" => Self::MultipleOf(positive(keyword, value)?),
            "minLength" => Self::MinLength(count(keyword, value)?),
            "maxLength" => Self::MaxLength(count(keyword, value)?),
            "pattern" => {
                let text = value.as_str().ok_or("`pattern` is not a string")?;
                Self::Pattern {
                    text: text.to_owned(),
                    regex: pattern::compile(text)?,
                }
            }
            "format" if value == "float" => Self::Float,
            "format" => match value.as_str().and_then(Format::named) {
                Some(format) => Self::Format(format),
                None => return Ok(None),
            },
            "minItems" => Self::MinItems(count(keyword, value)?),
            "maxItems" => Self::MaxItems(count(keyword, value)?),
            "uniqueItems" if *value == Value::Bool(true) => Self::UniqueItems,
            "minProperties" => Self::MinProperties(count(keyword, value)?),
            "maxProperties" => Self::MaxProperties(count(keyword, value)?),
            _ => return Ok(None),
        }))
    }

    /// Whether a value satisfies the assertion. A value of another type satisfies it: a number has
    /// no length.
    pub(crate) fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Enum(allowed), _) => allowed.iter().any(|allowed| equal(allowed, value)),
            (Self::Const(allowed), _) => equal(allowed, value),
            (Self::Minimum(limit), Value::Number(number)) => compare(number, limit).is_ge(),
            (Self::Maximum(limit), Value::Number(number)) => compare(number, limit).is_le(),
            (Self::ExclusiveMinimum(limit), Value::Number(number)) => {
                compare(number, limit) == Ordering::Greater
            }
            (Self::ExclusiveMaximum(limit), Value::Number(number)) => {
                compare(number, limit) == Ordering::Less
            }
            (Self::MultipleOf(unit), Value::Number(number)) => is_multiple(number, unit),
            (Self::MinLength(limit), Value::String(text)) => length(text) >= *limit,
            (Self::MaxLength(limit), Value::String(text)) => length(text) <= *limit,
            (Self::Pattern { regex, .. }, Value::String(text)) => regex.is_match(text),
            (Self::Format(format), Value::String(text)) => format.matches(text),
            (Self::Float, Value::Number(number)) => {
                let float = number.as_f64().unwrap_or(f64::INFINITY);
                (float as f32).is_finite()
            }
            (Self::MinItems(limit), Value::Array(items)) => items.len() as u64 >= *limit,
            (Self::MaxItems(limit), Value::Array(items)) => items.len() as u64 <= *limit,
            (Self::UniqueItems, Value::Array(items)) => {
                let mut seen = HashSet::with_capacity(items.len());
                items.iter().all(|item| seen.insert(ByValue(item)))
            }
            (Self::MinProperties(limit), Value::Object(members)) => members.len() as u64 >= *limit,
            (Self::MaxProperties(limit), Value::Object(members)) => members.len() as u64 <= *limit,
            _ => true,
        }
    }
}

/// The length of a text in characters.
fn length(text: &str) -> u64 {
    text.chars().count() as u64
}

fn number(keyword: &str, value: &Value) -> Result<Number, String> {
    match value {
        Value::Number(number) => Ok(number.clone()),
        _ => Err(format!("`{keyword}` is not a number")),
    }
}

fn positive(keyword: &str, value: &Value) -> Result<Number, String> {
    let number = number(keyword, value)?;
    match number.as_f64() {
        Some(float) if float > 0.0 => Ok(number),
        _ => Err(format!("`{keyword}` is not greater than 0")),
    }
}

/// A number of characters, items or members. `2.0` is allowed.
pub(crate) fn count(keyword: &str, value: &Value) -> Result<u64, String> {
    let float = || value.as_f64().filter(|float| float.fract() == 0.0);
    let whole = || float().filter(|float| *float >= 0.0);
    value
        .as_u64()
        .or_else(|| whole().map(|float| float as u64))
        .ok_or_else(|| format!("`{keyword}` is not a non-negative integer"))
}
