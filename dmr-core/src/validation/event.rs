//! Checks events against their declaration.

use super::body::check_data;
use crate::format::is_raw;
use crate::response::DeclaredModel;
use crate::schema::CheckWhen;
use crate::stream::InvalidEvent;

/// The check of each event of a stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventCheck<'d> {
    pub(super) model: &'d DeclaredModel,
    /// Whether the events are of the type of the model.
    pub(super) is_declared_type: bool,
    /// Whether errors have a `loc`.
    pub(super) locations: bool,
}

impl EventCheck<'_> {
    /// # Errors
    ///
    /// All problems of the event.
    pub(crate) fn check(self, event: &dyn erased_serde::Serialize) -> Result<(), InvalidEvent> {
        let checked = check_data(self.model, self.next(), event, self.locations);
        // The schema of the data does not apply to an unchanged text.
        checked.or_else(|details| match is_raw(event) {
            true => Ok(()),
            false => Err(InvalidEvent::new(details)),
        })
    }

    /// Whether no further event needs a check.
    pub(crate) fn is_settled(self) -> bool {
        self.next() == CheckWhen::Never
    }

    /// When to check the next event.
    fn next(self) -> CheckWhen {
        if self.is_declared_type {
            self.model.proof.check()
        } else {
            CheckWhen::Always
        }
    }
}
