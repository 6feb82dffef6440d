//! `api/messages/` and `api/messages/stream/`.

use std::sync::Arc;
use std::time::Duration;

use dmr::stream::{Replay, Replayed, try_events};
use dmr::{Body, Controller, Error, Headers, Sse, SseEvent, SseEvents, controller};
use futures_util::StreamExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::history::History;

pub(crate) type Chat = Replay<Message, History>;

/// A message of the chat.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Message {
    #[schemars(length(min = 1, max = 50))]
    name: String,
    #[schemars(length(min = 1, max = 1000))]
    text: String,
}

/// The id of a new message.
#[derive(Serialize, JsonSchema)]
struct Sent {
    id: u64,
}

/// The endpoint that takes messages.
pub(crate) struct Messages(pub(crate) Chat);

#[controller(tags = ["chat"])]
impl Controller for Messages {
    /// Say something.
    async fn post(&self, Body(message): Body<Message>) -> Result<Sent, Error> {
        let id = self.0.append(message).await?;
        Ok(Sent { id })
    }
}

/// The endpoint that streams messages to all listeners.
pub(crate) struct MessageStream(pub(crate) Chat);

#[derive(Deserialize, JsonSchema)]
struct Resume {
    #[serde(rename = "Last-Event-ID", default)]
    last_event_id: Option<u64>,
}

/// An event of the stream.
#[derive(SseEvents)]
enum Heard {
    /// A new message.
    Message(Arc<Message>),
    /// Messages that the listener has not received are no longer available.
    #[event(name = "missed", data = "")]
    Missed,
}

/// The time that a browser waits before it reconnects.
const RETRY: Duration = Duration::from_secs(1);

#[controller(tags = ["chat"])]
impl Controller for MessageStream {
    /// Listen to the messages after `Last-Event-ID`, or to all messages.
    async fn get(&self, resume: Headers<Resume>) -> Sse<'_, SseEvent<Heard>> {
        let chat = self.0.clone();
        try_events! {
            yield SseEvent::retry_only(RETRY);
            let mut messages = match resume.last_event_id {
                Some(last) => chat.after(Some(last)).boxed_local(),
                None => chat.from_start().boxed_local(),
            };
            while let Some(next) = messages.next().await {
                yield match next? {
                    Replayed::Event(message) => SseEvent::new(Heard::Message(message.event)).id(message.id),
                    Replayed::Missed => SseEvent::new(Heard::Missed),
                };
            }
        }
    }
}
