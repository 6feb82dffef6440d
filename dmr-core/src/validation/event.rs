//! Events against the type that is declared for them.

use super::body::check_data;
use crate::response::DeclaredModel;
use crate::stream::InvalidEvent;

/// What each event of a stream has to match.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventCheck<'d> {
    pub(super) model: &'d DeclaredModel,
    /// Whether errors carry `loc`.
    pub(super) locations: bool,
}

impl EventCheck<'_> {
    /// # Errors
    ///
    /// Everything that is wrong with the event.
    pub(crate) fn check(self, event: &dyn erased_serde::Serialize) -> Result<(), InvalidEvent> {
        check_data(self.model, event, self.locations).map_err(InvalidEvent::new)
    }
}
