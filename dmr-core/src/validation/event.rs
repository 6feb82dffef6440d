//! Checks events against their declaration, and shows them to the validators of the stream.

use super::body::check_data;
use crate::format::{EventKind, JsonEvent};
use crate::schema::CheckWhen;
use crate::stream::{AnyValidator, EventError, EventSchema, InvalidEvent};

/// What happens to each event of a stream before it is sent.
#[derive(Debug)]
pub(crate) struct EventCheck<'d> {
    pub(super) schema: EventSchema<'d>,
    /// Whether the events are of the type of the model.
    pub(super) is_declared_type: bool,
    /// The validators that take the place of the check.
    pub(super) validators: Option<&'d [AnyValidator]>,
}

impl EventCheck<'_> {
    /// Checks the next event, unless no check is left. A check that no further event needs ends.
    ///
    /// # Errors
    ///
    /// The event must not be sent.
    #[inline]
    pub(crate) fn run(
        check: &mut Option<Self>,
        event: &dyn erased_serde::Serialize,
    ) -> Result<Option<JsonEvent>, EventError> {
        match check {
            None => Ok(None),
            Some(running) if running.is_settled() => {
                *check = None;
                Ok(None)
            }
            Some(running) => running.check(event),
        }
    }

    /// Checks an event. Returns the event that the validators put in its place.
    ///
    /// # Errors
    ///
    /// The event must not be sent.
    fn check(&self, event: &dyn erased_serde::Serialize) -> Result<Option<JsonEvent>, EventError> {
        if let Some(validators) = self.validators {
            return Self::validate(&self.schema, validators, event);
        }
        let Some(model) = self.schema.model else {
            return Ok(None);
        };
        let checked = check_data(model, self.next(), event, self.schema.locations);
        // The schema of the data does not apply to an unchanged text.
        checked
            .map(|()| None)
            .or_else(|details| match EventKind::of(event).is_raw() {
                true => Ok(None),
                false => Err(InvalidEvent::new(details).into()),
            })
    }

    fn validate(
        schema: &EventSchema<'_>,
        validators: &[AnyValidator],
        event: &dyn erased_serde::Serialize,
    ) -> Result<Option<JsonEvent>, EventError> {
        // The format will report an event that cannot be written.
        let Ok(sent) = serde_json::to_value(event) else {
            return Ok(None);
        };
        let kind = EventKind::of(event);
        let schema = EventSchema {
            is_raw: kind.is_raw(),
            ..*schema
        };
        let mut changed = sent.clone();
        for validator in validators {
            changed = validator.validate(changed, &schema)?;
        }
        if changed == sent {
            return Ok(None);
        }
        let event = JsonEvent::new(kind, changed);
        event.map(Some).map_err(|problem| {
            format!("the validators returned an event that cannot be sent: {problem}").into()
        })
    }

    /// Whether no further event needs a check.
    pub(crate) fn is_settled(&self) -> bool {
        self.validators.is_none() && self.next() == CheckWhen::Never
    }

    /// When to check the next event.
    fn next(&self) -> CheckWhen {
        match self.schema.model {
            None => CheckWhen::Never,
            Some(model) if self.is_declared_type => model.proof.check(),
            Some(_) => CheckWhen::Always,
        }
    }
}
