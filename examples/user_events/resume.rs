//! A stream that resumes where the client left off.

use dmr::stream::events;
use dmr::{Controller, Headers, Json, JsonLines, controller};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Resume {
    #[serde(rename = "Last-Event-ID")]
    last_event_id: Option<i64>,
}

pub(crate) struct ResumableEvents;

#[controller(tags = ["users"])]
impl Controller for ResumableEvents {
    /// Stream from the last event on.
    async fn get(&self, resume: Headers<Resume>) -> JsonLines<'_, Json> {
        events! {
            yield match resume.last_event_id {
                Some(id) => Json::from(format!("starting from {id}")),
                None => Json::from("starting from scratch"),
            };
        }
    }
}
