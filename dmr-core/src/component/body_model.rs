//! Models of bodies in strict formats, such as JSON.

use super::Rejection;
use crate::error::Error;
use crate::error_detail::ErrorLocation;
use crate::schema::{Components, Context, Validator, is_proved_by_type, reads_as_said};
use crate::serializer::{ErasedParser, from_value, parse_json};
use crate::text::coerce_all;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The schema of a body, prepared for reading.
///
/// Valid content goes straight into the user's type. Only if that fails, or if the type alone does
/// not prove the schema, the content is checked against the published schema, which finds every
/// error.
#[derive(Debug)]
pub(crate) struct BodyModel {
    validator: Validator,
    /// Whether any value that serde accepts satisfies the schema, provided that it does not accept
    /// an array for a struct.
    proved: bool,
    context: Context,
}

impl BodyModel {
    pub(crate) fn new(
        schema: &Value,
        components: &mut Components,
        context: Context,
    ) -> Result<Self, String> {
        let validator = components.validator(schema)?;
        let document = components.document();
        Ok(Self {
            proved: is_proved_by_type(document, schema) && reads_as_said(document, schema),
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
            Some((Ok(value), unsure)) => {
                if !self.proves(parser.media_type(), unsure) {
                    self.checked_value(parser, content)?;
                }
                return Ok(value);
            }
            Some((Err(failure), _)) => Some(failure),
            None => None,
        };
        let read = self.read_value(self.checked_value(parser, content)?)?;
        match failure {
            // What was lost on the way to a value, such as a field that is there twice.
            Some(failure) if !content.is_empty() => Err(self.invalid(&failure.to_string(), &[])),
            _ => Ok(read),
        }
    }

    /// Reads a value that satisfies the schema.
    pub(crate) fn read_value<T: DeserializeOwned>(&self, value: Value) -> Result<T, Rejection> {
        match from_value(value) {
            Ok(read) => Ok(read),
            Err((text, path)) => Err(self.invalid(&text, &path)),
        }
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
        self.proved && media_type == "application/json" && !unsure
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
