//! Models of bodies in strict formats, such as JSON.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Rejection;
use crate::error::Error;
use crate::error_detail::ErrorLocation;
use crate::schema::{Context, Readable, Reading, Schemas, Validator, remove_unknown};
use crate::serializer::{ErasedParser, from_value, parse_json};
use crate::text::coerce_all;

/// The schema of a body, prepared for reading.
///
/// Valid content goes straight into the user's type. Only if that fails, or if the type alone does
/// not prove the schema, the content is checked against the published schema, which finds every
/// error.
#[derive(Debug)]
pub(crate) struct BodyModel {
    validator: Validator,
    reading: Reading,
    context: Context,
}

impl BodyModel {
    pub(crate) fn new(
        schema: &Value,
        readable: Readable,
        schemas: &mut Schemas,
        context: Context,
    ) -> Result<Self, String> {
        let validator = schemas.requests().validator(schema)?;
        Ok(Self {
            reading: schemas.reading(readable, &validator),
            validator,
            context,
        })
    }

    /// Reads a `T`, or finds all errors.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        parser: &dyn ErasedParser,
        content: &[u8],
    ) -> Result<T, Rejection> {
        let failure = match parse_json::<T>(parser, content) {
            Some((Ok(read), unsure)) => {
                if self.proves(parser.media_type(), unsure) {
                    return Ok(read);
                }
                // The check has not seen members that serde reads by an alias.
                return match self.known_value(parser, content)? {
                    (value, true) => self.read_value(value),
                    (_, false) => Ok(read),
                };
            }
            Some((Err(failure), _)) => Some(failure),
            None => None,
        };
        let (value, _) = self.known_value(parser, content)?;
        let is_lost = Self::is_lost(parser, content, &value);
        let read = self.read_value(value)?;
        match failure {
            Some(failure) if is_lost => Err(self.invalid(&failure.to_string(), &[])),
            _ => Ok(read),
        }
    }

    /// Whether the value does not show why a body could not be read, such as a member that is there
    /// twice. It shows that an integer is written as a float, which is right.
    fn is_lost(parser: &dyn ErasedParser, content: &[u8], value: &Value) -> bool {
        let is_shown = has_float(value) && parser.unique_value(content).is_ok();
        !content.is_empty() && !is_shown
    }

    /// A body as a JSON value that satisfies the schema, without the members that the schema does
    /// not describe, and whether there were any.
    fn known_value(
        &self,
        parser: &dyn ErasedParser,
        content: &[u8],
    ) -> Result<(Value, bool), Rejection> {
        let mut value = self.checked_value(parser, content)?;
        let (document, schema) = (self.validator.document(), self.validator.schema());
        let had_unknown =
            !self.reading.is_plain() && remove_unknown(document, &[schema], &mut value);
        Ok((value, had_unknown))
    }

    /// Reads a value that satisfies the schema, and has only members that the schema describes.
    pub(crate) fn read_value<T: DeserializeOwned>(&self, value: Value) -> Result<T, Rejection> {
        let whole = with_whole_numbers(&value);
        let (text, path) = match from_value(value) {
            Ok(read) => return Ok(read),
            Err(failure) => failure,
        };
        // A whole number is an integer, however it is written (JSON Schema, 6.1.1): `9.0` is 9.
        if let Some(whole) = whole
            && let Ok(read) = from_value(whole)
        {
            return Ok(read);
        }
        Err(self.invalid(&text, &path))
    }

    /// A body as JSON knows it, if it satisfies the schema. One without content is `null`.
    fn checked_value(&self, parser: &dyn ErasedParser, content: &[u8]) -> Result<Value, Rejection> {
        if content.is_empty() {
            return self.checked(Value::Null);
        }
        let value = parser.value(content).map_err(Error::unreadable)?;
        if !parser.is_text() {
            return self.checked(value);
        }
        let (document, schema) = (self.validator.document(), self.validator.schema());
        self.checked(coerce_all(document, schema, value))
    }

    /// Whether a body that serde has read is certain to satisfy the schema.
    fn proves(&self, media_type: &str, unsure: bool) -> bool {
        self.reading.is_proved() && media_type == "application/json" && !unsure
    }

    /// Returns a value that satisfies the schema, or its errors.
    fn checked(&self, value: Value) -> Result<Value, Rejection> {
        let errors = self.validator.errors(&value, self.context);
        if errors.is_empty() {
            Ok(value)
        } else {
            Err(Rejection::Invalid(errors))
        }
    }

    fn invalid(&self, text: &str, path: &[ErrorLocation]) -> Rejection {
        Rejection::Invalid(vec![self.context.detail(text, path)])
    }
}

/// The value with its whole numbers as integers, if there are some that are written as floats.
fn with_whole_numbers(value: &Value) -> Option<Value> {
    has_float(value).then(|| {
        let mut whole = value.clone();
        make_whole(&mut whole);
        whole
    })
}

fn has_float(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_float),
        Value::Object(members) => members.values().any(has_float),
        _ => false,
    }
}

fn make_whole(value: &mut Value) {
    /// From here on, not every integer is a float.
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) if number.is_f64() => {
            let float = number.as_f64().unwrap_or_default();
            if float.fract() == 0.0 && float.abs() < LIMIT {
                #[expect(clippy::cast_possible_truncation, reason = "it is within the limit")]
                let integer = float as i64;
                *value = integer.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(make_whole),
        Value::Object(members) => members.values_mut().for_each(make_whole),
        _ => {}
    }
}
