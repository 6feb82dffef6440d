//! A stream that fails, and reports the error in its last event.

use dmr::stream::try_events;
use dmr::{Controller, EventError, EventReply, Json, JsonLines, controller};

#[derive(Debug, thiserror::Error)]
#[error("zero division")]
struct ZeroDivision;

fn divide(dividend: u32, divisor: u32) -> Result<u32, ZeroDivision> {
    dividend.checked_div(divisor).ok_or(ZeroDivision)
}

pub(crate) struct FaultyEvents;

#[controller(tags = ["users"])]
impl Controller for FaultyEvents {
    /// Stream quotients until one is undefined.
    async fn get(&self) -> JsonLines<'_, u32> {
        try_events! {
            yield 1;
            yield divide(1, 0)?;
            yield 2;
        }
    }

    async fn handle_event_error(&self, error: EventError) -> Result<EventReply, EventError> {
        let error: ZeroDivision = error.downcast()?;
        let event = serde_json::json!({"error": error.to_string()});
        Ok(EventReply::last(Json(event)))
    }
}
