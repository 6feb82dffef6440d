//! Checks events against their declaration.

use super::body::check_data;
use crate::format::is_raw;
use crate::response::DeclaredModel;
use crate::stream::InvalidEvent;

/// The check of each event of a stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventCheck<'d> {
    pub(super) model: &'d DeclaredModel,
    /// Whether errors have a `loc`.
    pub(super) locations: bool,
}

impl EventCheck<'_> {
    /// # Errors
    ///
    /// All problems of the event.
    pub(crate) fn check(self, event: &dyn erased_serde::Serialize) -> Result<(), InvalidEvent> {
        let checked = check_data(self.model, event, self.locations);
        // The schema of the data does not apply to an unchanged text.
        checked.or_else(|details| match is_raw(event) {
            true => Ok(()),
            false => Err(InvalidEvent::new(details)),
        })
    }
}
