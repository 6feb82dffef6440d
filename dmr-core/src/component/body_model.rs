//! A model that is read from a body which is no form.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::Rejection;
use crate::error::{Error, ErrorLocation};
use crate::schema::{Context, Schemas, Validator, coerce_all, is_proved_by_type, reads_as_said};
use crate::serializer::{AnyParser, parse};

/// The schema of a body, prepared for reading.
///
/// Right values go straight into the user's type. Only if that fails, or if the type alone does not prove the schema, they
/// are checked against the published schema, which finds every error.
#[derive(Debug)]
pub(crate) struct BodyModel {
    validator: Validator,
    /// Whether a value that serde takes satisfies the schema, if it takes no array for a struct.
    proved: bool,
    context: Context,
}

impl BodyModel {
    pub(crate) fn new(schema: &Value, schemas: &Schemas, context: Context) -> Result<Self, String> {
        let validator = Validator::new(schema, schemas.requests())?;
        let root = validator.root();
        Ok(Self {
            proved: is_proved_by_type(root, schema) && reads_as_said(root, schema),
            validator,
            context,
        })
    }

    /// Reads a `T`, or finds everything that is wrong.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        parser: &AnyParser,
        content: &[u8],
    ) -> Result<T, Rejection> {
        let AnyParser::Format(parser) = parser else {
            return Err(Error::internal("forms are read by their fields").into());
        };
        // No body at all is a null (behaviour 3.7).
        if content.is_empty() {
            let null = self.checked(Value::Null)?;
            return self.typed(null, None);
        }
        let direct = match parse::<T>(&**parser, content) {
            (Ok(value), unsure) if self.proves(parser.media_type(), unsure) => return Ok(value),
            (direct, _) => direct,
        };
        let mut value = parser.value(content).map_err(Error::unreadable)?;
        if parser.is_text() {
            value = coerce_all(self.validator.root(), self.validator.root(), value);
        }
        let value = self.checked(value)?;
        match direct {
            Ok(value) => Ok(value),
            Err(_) if parser.is_text() => self.typed(value, None),
            Err(error) => self.typed(value, Some(error.to_string())),
        }
    }

    /// Whether a body of which serde made a value satisfies the schema.
    fn proves(&self, media_type: &str, unsure: bool) -> bool {
        self.proved && media_type == "application/json" && !unsure
    }

    /// A value that satisfies the schema.
    fn checked(&self, value: Value) -> Result<Value, Rejection> {
        let errors = self.validator.errors(&value, self.context);
        if errors.is_empty() {
            Ok(value)
        } else {
            Err(Rejection::Invalid(errors))
        }
    }

    /// Reads a `T` from a value that has been checked. `failure` is why it could not be read before.
    fn typed<T: DeserializeOwned>(
        &self,
        value: Value,
        failure: Option<String>,
    ) -> Result<T, Rejection> {
        match (serde_path_to_error::deserialize(value), failure) {
            (Ok(value), None) => Ok(value),
            // What was lost on the way to a value, such as a field that is there twice.
            (Ok(_), Some(failure)) => Err(self.invalid(&failure, &[])),
            (Err(error), _) => {
                let path: Vec<ErrorLocation> = error.path().iter().filter_map(step).collect();
                Err(self.invalid(&error.inner().to_string(), &path))
            }
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
