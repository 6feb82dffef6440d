//! Any events: what is written is read back.

#![no_main]

#[path = "../../tests/framing/bytes.rs"]
mod bytes;

use std::time::Duration;

use self::bytes::{collected, pieces};
use arbitrary::Arbitrary;
use dmr::client::SseReader;
use dmr::serializer::SerdeJson;
use dmr::stream::format::{Format, Sse};
use dmr::stream::{EventId, EventName, SseEvent};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Event {
    data: Option<String>,
    raw: bool,
    name: Option<String>,
    id: Option<String>,
    retry: Option<u32>,
    comment: Option<String>,
}

fuzz_target!(|input: (u8, Vec<Event>)| {
    let (length, events) = input;
    let mut bytes = Vec::new();
    let mut expected = Vec::new();
    let mut last_id = String::new();
    for event in events {
        let mut sent = match (&event.data, event.raw) {
            (None, _) => SseEvent::comment_only(""),
            (Some(data), true) => SseEvent::raw(data.clone()),
            (Some(data), false) => SseEvent::new(data.clone()),
        };
        let mut name = "message".to_owned();
        if let Some(Ok(given)) = event.name.map(EventName::try_from) {
            if !given.as_str().is_empty() {
                given.as_str().clone_into(&mut name);
            }
            sent = sent.event(given);
        }
        if let Some(Ok(given)) = event.id.map(EventId::try_from) {
            given.as_str().clone_into(&mut last_id);
            sent = sent.id(given);
        }
        if let Some(retry) = event.retry {
            sent = sent.retry(Duration::from_millis(retry.into()));
        }
        if let Some(comment) = event.comment {
            sent = sent.comment(comment);
        }
        Sse.frame::<SerdeJson, _>(&sent, &mut bytes)
            .expect("it can be written");
        if let Some(data) = event.data {
            let data = if event.raw {
                data.replace("\r\n", "\n").replace('\r', "\n")
            } else {
                serde_json::to_string(&data).expect("a text")
            };
            expected.push((name, last_id.clone(), data));
        }
    }
    let read = collected(SseReader::text(pieces(&bytes, length.into())));
    let read: Vec<_> = read
        .into_iter()
        .map(|event| event.expect("it can be read"))
        .map(|event| (event.event, event.id, event.data))
        .collect();
    assert_eq!(read, expected);
});
