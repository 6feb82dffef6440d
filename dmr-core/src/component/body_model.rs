//! A model that is read from a body in a strict format, such as JSON.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Segment, Track};

use super::Rejection;
use crate::error::Error;
use crate::error_detail::ErrorLocation;
use crate::schema::{Components, Context, Validator, is_proved_by_type, reads_as_said};
use crate::serializer::{ErasedParser, Target, parse};
use crate::text::coerce_all;

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

    /// Reads a `T`, or finds everything that is wrong.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        parser: &dyn ErasedParser,
        content: &[u8],
    ) -> Result<T, Rejection> {
        let mut direct = Ok(None);
        if !content.is_empty() {
            let (parsed, unsure) = parse::<T>(parser, content);
            match parsed {
                Ok(value) if self.proves(parser.media_type(), unsure) => return Ok(value),
                Ok(value) => direct = Ok(Some(value)),
                Err(error) => direct = Err(error.to_string()),
            }
        }
        let (value, failure) = match direct {
            Ok(Some(value)) => return self.checked(self.value(parser, content)?).map(|_| value),
            Ok(None) => (Value::Null, None),
            Err(failure) => {
                let failure = (!parser.is_text()).then_some(failure);
                (self.value(parser, content)?, failure)
            }
        };
        let mut read = None;
        self.read_checked(self.checked(value)?, failure, &mut |deserializer| {
            read = Some(T::deserialize(deserializer)?);
            Ok(())
        })?;
        read.ok_or_else(|| self.invalid("nothing was read", &[]))
    }

    /// A body as JSON knows it.
    fn value(&self, parser: &dyn ErasedParser, content: &[u8]) -> Result<Value, Rejection> {
        let value = parser.value(content).map_err(Error::unreadable)?;
        if !parser.is_text() {
            return Ok(value);
        }
        let (document, schema) = (self.validator.document(), self.validator.schema());
        Ok(coerce_all(document, schema, value))
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

    /// Reads a value that has been checked. `failure` is why the body could not be read before.
    fn read_checked(
        &self,
        value: Value,
        failure: Option<String>,
        target: Target<'_>,
    ) -> Result<(), Rejection> {
        let mut track = Track::new();
        let tracked = serde_path_to_error::Deserializer::new(value, &mut track);
        let read = target(&mut <dyn erased_serde::Deserializer<'_>>::erase(tracked));
        match (read, failure) {
            (Ok(()), None) => Ok(()),
            // What was lost on the way to a value, such as a field that is there twice.
            (Ok(()), Some(failure)) => Err(self.invalid(&failure, &[])),
            (Err(error), _) => {
                let path = track.path();
                let path: Vec<ErrorLocation> = path.iter().filter_map(step).collect();
                Err(self.invalid(&error.to_string(), &path))
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
