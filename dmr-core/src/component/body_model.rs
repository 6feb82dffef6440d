//! Models of bodies in strict formats, such as JSON.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::Rejection;
use crate::error::Error;
use crate::error_detail::ErrorLocation;
use crate::schema::{Components, Context, Validator, is_proved_by_type, reads_as_said};
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
        if content.is_empty() {
            return self.read_value(self.checked(Value::Null)?);
        }
        let failure = match parse_json::<T>(parser, content) {
            Some((Ok(value), unsure)) if self.proves(parser.media_type(), unsure) => {
                return Ok(value);
            }
            Some((Ok(value), _)) => {
                return self.checked(self.value(parser, content)?).map(|_| value);
            }
            Some((Err(failure), _)) => Some(failure),
            None => None,
        };
        let read = self.read_value(self.checked(self.value(parser, content)?)?)?;
        match failure {
            None => Ok(read),
            // The value no longer shows the error, such as a duplicate field.
            Some(failure) => Err(self.invalid(&failure.to_string(), &[])),
        }
    }

    /// Reads a value that satisfies the schema.
    pub(crate) fn read_value<T: DeserializeOwned>(&self, value: Value) -> Result<T, Rejection> {
        from_value(value).map_err(|(text, path)| {
            let path: Vec<ErrorLocation> = path.iter().filter_map(step).collect();
            self.invalid(&text, &path)
        })
    }

    /// A body as a JSON value.
    fn value(&self, parser: &dyn ErasedParser, content: &[u8]) -> Result<Value, Rejection> {
        let value = parser.value(content).map_err(Error::unreadable)?;
        if !parser.is_text() {
            return Ok(value);
        }
        let (document, schema) = (self.validator.document(), self.validator.schema());
        Ok(coerce_all(document, schema, value))
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

fn step(segment: &Segment) -> Option<ErrorLocation> {
    match segment {
        Segment::Seq { index } => i64::try_from(*index).ok().map(ErrorLocation::Index),
        Segment::Map { key } => Some(ErrorLocation::Name(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}
