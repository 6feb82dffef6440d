//! The validators of a stream: what looks at each event before it is sent.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::{EventError, InvalidEvent};
use crate::response::DeclaredModel;
use crate::schema::Context;
use crate::serializer::from_tuples;

/// Looks at each event of a stream before it is sent, and passes it on, changes it, or refuses it.
///
/// The option [`event_validators`](crate::options::ModifyOptions::event_validators) sets the
/// validators of a stream. Each of them sees what the one before it returned.
///
/// ```
/// use dmr_core::stream::{CheckSchema, EventError, EventSchema, EventValidator, InvalidEvent};
/// use dmr_core::{Router, stream::EventValidators};
/// use serde_json::Value;
///
/// /// Hides addresses, and refuses secrets.
/// struct NoSecrets;
///
/// impl EventValidator for NoSecrets {
///     fn validate(
///         &self,
///         mut event: Value,
///         schema: &EventSchema<'_>,
///     ) -> Result<Value, EventError> {
///         if event.get("password").is_some() {
///             return Err(InvalidEvent::msg(format!("{}: a secret", schema.endpoint())).into());
///         }
///         if let Some(email) = event.get_mut("email") {
///             *email = "hidden".into();
///         }
///         Ok(event)
///     }
/// }
///
/// let router = Router::new("api/").event_validators((CheckSchema, NoSecrets));
/// # let _ = router;
/// ```
pub trait EventValidator: Send + Sync + 'static {
    /// Returns the event as it is to be sent.
    ///
    /// The event is JSON. An [`SseEvent`](super::SseEvent), and an enum with
    /// `#[derive(SseEvents)]`, is an object with the fields `data`, `event`, `id`, `retry` and
    /// `comment`, in every format. A changed event is written as JSON: the formats of structs and
    /// of bytes, [`Csv`](super::format::Csv) and [`BodyPart`](super::BodyPart), cannot write one.
    ///
    /// # Errors
    ///
    /// The event must not be sent.
    /// [`handle_event_error`](crate::Controller::handle_event_error) decides what the client gets;
    /// for an [`InvalidEvent`] it is the error model by default, and the stream goes on.
    fn validate(&self, event: Value, schema: &EventSchema<'_>) -> Result<Value, EventError>;
}

/// The validator of a stream that sets none: it refuses an event that does not match its schema,
/// unless [`validate_events`](crate::options::ModifyOptions::validate_events) is off.
///
/// A stream without validators of its own does the same, and leaves out events whose type proves
/// their schema. Beside other validators, each event is checked.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckSchema;

impl EventValidator for CheckSchema {
    fn validate(&self, event: Value, schema: &EventSchema<'_>) -> Result<Value, EventError> {
        schema.check(&event)?;
        Ok(event)
    }
}

/// The declaration of the event that an [`EventValidator`] looks at.
#[derive(Debug, Clone, Copy)]
pub struct EventSchema<'d> {
    pub(crate) endpoint: &'d str,
    /// `None` if the response is not declared, or its events are not to be checked.
    pub(crate) model: Option<&'d DeclaredModel>,
    /// Whether errors have a `loc`.
    pub(crate) locations: bool,
    /// Whether the data is an unchanged text, to which the schema does not apply.
    pub(crate) is_raw: bool,
}

impl EventSchema<'_> {
    /// The name of the endpoint, such as `GET /api/users/`.
    pub fn endpoint(&self) -> &str {
        self.endpoint
    }

    /// Checks an event against the published schema. Every event matches if
    /// [`validate_events`](crate::options::ModifyOptions::validate_events) is off.
    ///
    /// # Errors
    ///
    /// All problems of the event.
    pub fn check(&self, event: &Value) -> Result<(), InvalidEvent> {
        let Some(model) = self.model.filter(|_| !self.is_raw) else {
            return Ok(());
        };
        let problems = model
            .validator
            .errors(event, Context::response(self.locations));
        match problems.is_empty() {
            true => Ok(()),
            false => Err(InvalidEvent::new(problems)),
        }
    }
}

/// The value of the option `event_validators`: one or more [`EventValidator`]s, as a tuple or an
/// array.
///
/// ```
/// use dmr_core::stream::{CheckSchema, EventValidators};
///
/// let validators = EventValidators::from((CheckSchema,));
/// # let _ = validators;
/// ```
#[derive(Clone, Default)]
pub struct EventValidators(Vec<AnyValidator>);

/// A validator whose type is erased.
#[derive(Clone)]
pub(crate) struct AnyValidator(Arc<dyn EventValidator>);

impl AnyValidator {
    fn new(validator: impl EventValidator) -> Self {
        Self(Arc::new(validator))
    }

    pub(crate) fn validate(
        &self,
        event: Value,
        schema: &EventSchema<'_>,
    ) -> Result<Value, EventError> {
        self.0.validate(event, schema)
    }
}

impl EventValidators {
    /// The list, unless it is empty.
    pub(crate) fn named(&self) -> Option<&[AnyValidator]> {
        (!self.0.is_empty()).then_some(&self.0)
    }
}

impl<V: EventValidator, const N: usize> From<[V; N]> for EventValidators {
    fn from(validators: [V; N]) -> Self {
        Self(validators.into_iter().map(AnyValidator::new).collect())
    }
}

from_tuples!(EventValidators, EventValidator, AnyValidator);

impl fmt::Debug for AnyValidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventValidator")
    }
}

impl fmt::Debug for EventValidators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}
