//! Laws of the framings. Written items are read back equal, by other readers and by dmr's own,
//! however the bytes are cut. No bytes make a reader panic.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "framing/bytes.rs"]
mod bytes;

use std::sync::LazyLock;
use std::time::Duration;

use dmr::adapter::{RequestBodyError, RequestHead};
use dmr::client::{JsonLinesReader, SseMessage, SseReader};
use dmr::serializer::SerdeJson;
use dmr::stream::format::{Csv, Format, JsonLines, JsonSeq, MultipartMixed, Sse};
use dmr::stream::{BodyPart, EventId, EventName, SseEvent};
use dmr::{Api, BodyStream, Controller, Error, Request, Router, Settings, SseEvents, controller};
use eventsource_stream::Eventsource;
use futures_util::{FutureExt, StreamExt};
use proptest::collection::vec;
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::bytes::{collected, framed, pieces};

/// Texts with all characters that could break a framing.
fn text() -> impl Strategy<Value = String> {
    let nasty = prop_oneof![
        Just('\r'),
        Just('\n'),
        Just('\0'),
        Just('\u{1e}'),
        Just(':'),
        Just(' '),
        Just(','),
        Just('"'),
        Just('-'),
        Just('\u{feff}'),
        Just('\u{2028}'),
        any::<char>(),
    ];
    vec(nasty, 0..12).prop_map(|characters| characters.into_iter().collect())
}

fn line() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.replace(['\r', '\n', '\0'], ""))
}

#[derive(Debug, Clone)]
struct Event {
    data: Option<String>,
    raw: bool,
    name: Option<String>,
    id: Option<String>,
    retry: Option<u32>,
    comment: Option<String>,
}

fn event() -> impl Strategy<Value = Event> {
    (
        proptest::option::of(text()),
        any::<bool>(),
        proptest::option::of(line()),
        proptest::option::of(line()),
        proptest::option::of(any::<u32>()),
        proptest::option::of(text()),
    )
        .prop_map(|(data, raw, name, id, retry, comment)| Event {
            data,
            raw,
            name,
            id,
            retry,
            comment,
        })
}

fn written(events: &[Event]) -> Vec<u8> {
    let mut out = Vec::new();
    for event in events {
        let mut sent = match (&event.data, event.raw) {
            (None, _) => SseEvent::comment_only(""),
            (Some(data), true) => SseEvent::raw(data.clone()),
            (Some(data), false) => SseEvent::new(data.clone()),
        };
        if let Some(name) = &event.name {
            sent = sent.event(EventName::try_from(name.clone()).expect("it is one line"));
        }
        if let Some(id) = &event.id {
            sent = sent.id(EventId::try_from(id.clone()).expect("it is one line"));
        }
        if let Some(retry) = event.retry {
            sent = sent.retry(Duration::from_millis(retry.into()));
        }
        if let Some(comment) = &event.comment {
            sent = sent.comment(comment.clone());
        }
        Sse.frame::<SerdeJson, _>(&sent, &mut out)
            .expect("it is written");
    }
    out
}

/// An event as a client has to see it.
fn seen(events: &[Event]) -> Vec<SseMessage<String>> {
    let mut id = String::new();
    let mut seen = Vec::new();
    for event in events {
        if let Some(new) = &event.id {
            id.clone_from(new);
        }
        let Some(data) = &event.data else {
            continue;
        };
        let data = if event.raw {
            data.replace("\r\n", "\n").replace('\r', "\n")
        } else {
            serde_json::to_string(data).expect("a text")
        };
        let name = event.name.clone().filter(|name| !name.is_empty());
        seen.push(SseMessage {
            event: name.unwrap_or_else(|| "message".to_owned()),
            id: id.clone(),
            data,
        });
    }
    seen
}

/// Answers with the events that it reads.
struct Echo;

#[controller]
impl Controller for Echo {
    async fn put(
        &self,
        mut read: BodyStream<SseEvent<Row>, Sse>,
    ) -> Result<Vec<SseEvent<Row>>, Error> {
        let mut events = Vec::new();
        while let Some(event) = read.next().await {
            events.push(event?);
        }
        Ok(events)
    }

    async fn post(&self, mut read: BodyStream<Text, Sse>) -> Result<Vec<String>, Error> {
        let mut texts = Vec::new();
        while let Some(event) = read.next().await {
            let Text::Text(text) = event?;
            texts.push(text);
        }
        Ok(texts)
    }
}

#[derive(Debug, SseEvents)]
enum Text {
    #[event(unnamed, raw)]
    Text(String),
}

struct Head(&'static str);

impl RequestHead for Head {
    fn method(&self) -> &str {
        self.0
    }

    fn path(&self) -> &str {
        "/"
    }

    fn path_parameter(&self, _: &str) -> Option<&str> {
        None
    }

    fn query(&self) -> &str {
        ""
    }

    fn header(&self, _: &str) -> Option<&[u8]> {
        None
    }

    fn header_values<'h>(&'h self, _: &str, _: &mut dyn FnMut(&'h [u8])) {}

    fn headers(&self, _: &mut dyn FnMut(&str, &[u8])) {}
}

/// What the endpoint answers to a body that comes in pieces of this length.
fn echoed(method: &'static str, body: &[u8], length: usize) -> Value {
    static API: LazyLock<Api> = LazyLock::new(|| {
        let router = Router::new("").settings(Settings::new().debug(false));
        router.route("", Echo).build().expect("it is right")
    });
    let body = pieces(body, length).map(|piece| piece.map_err(RequestBodyError::new));
    let request = Request::new(Head(method)).body(body.boxed_local());
    let route = API.routes().first().expect("a route");
    let response = route.call(request).now_or_never().expect("it never waits");
    let (_, _, _, body) = response.into_parts();
    let body = body.into_bytes().expect("a whole body");
    serde_json::from_slice(&body).expect("JSON")
}

fn event_of_row() -> impl Strategy<Value = SseEvent<Row>> {
    let name = proptest::option::of(line());
    let id = proptest::option::of(line());
    let retry = proptest::option::of(any::<u32>());
    (row(), name, id, retry).prop_map(|(row, name, id, retry)| {
        let mut event = SseEvent::new(row);
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            event = event.event(EventName::try_from(name).expect("it is one line"));
        }
        if let Some(id) = id {
            event = event.id(EventId::try_from(id).expect("it is one line"));
        }
        match retry {
            Some(retry) => event.retry(Duration::from_millis(retry.into())),
            None => event,
        }
    })
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Row {
    text: String,
    number: i64,
    float: f64,
    flag: Option<bool>,
}

fn row() -> impl Strategy<Value = Row> {
    let float = proptest::num::f64::NORMAL | proptest::num::f64::ZERO;
    (text(), any::<i64>(), float, any::<Option<bool>>()).prop_map(|(text, number, float, flag)| {
        Row {
            text,
            number,
            float,
            flag,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn server_sent_events_by_another_reader(events in vec(event(), 0..6), length in 1_usize..20) {
        let read = collected(pieces(&written(&events), length).eventsource());
        let read: Vec<SseMessage<String>> = read
            .into_iter()
            .map(|event| event.expect("it can be read"))
            .map(|event| SseMessage { event: event.event, id: event.id, data: event.data })
            .collect();
        prop_assert_eq!(read, seen(&events));
    }

    #[test]
    fn server_sent_events_by_our_reader(events in vec(event(), 0..6), length in 1_usize..20) {
        let read = collected(SseReader::text(pieces(&written(&events), length)));
        let read: Vec<_> = read.into_iter().map(|event| event.expect("it can be read")).collect();
        prop_assert_eq!(read, seen(&events));
    }

    /// Both readers agree on arbitrary bytes.
    #[test]
    fn any_text_is_read_alike(text in text(), lines in vec(line(), 0..5), length in 1_usize..9) {
        let text = format!("data{text}\r\n{}\r\n\n", lines.join("\ndata:"));
        let ours = collected(SseReader::text(pieces(text.as_bytes(), length)));
        let ours: Vec<_> = ours.into_iter().map(|event| event.expect("it can be read")).collect();
        let theirs = collected(pieces(text.as_bytes(), length).eventsource());
        let theirs: Result<Vec<_>, _> = theirs.into_iter().collect();
        if let Ok(theirs) = theirs {
            let theirs: Vec<_> = theirs
                .into_iter()
                .map(|event| SseMessage { event: event.event, id: event.id, data: event.data })
                .collect();
            prop_assert_eq!(ours, theirs);
        }
    }

    /// A request body of what a response sends. Comments, and events without data, are not items.
    #[test]
    fn events_of_a_request(
        events in vec(event_of_row(), 0..5),
        comment in text(),
        length in 1_usize..20,
    ) {
        let mut bytes = Vec::new();
        for event in &events {
            for sent in [&SseEvent::comment_only(comment.clone()), &SseEvent::id_only(7), event] {
                Sse.frame::<SerdeJson, _>(sent, &mut bytes).expect("it is written");
            }
        }
        let expected = serde_json::to_value(&events).expect("JSON");
        prop_assert_eq!(echoed("PUT", &bytes, length), expected);
        let at_every_byte = echoed("PUT", &bytes, 1);
        prop_assert_eq!(at_every_byte, serde_json::to_value(&events).expect("JSON"));
    }

    #[test]
    fn texts_of_a_request(texts in vec(text(), 0..5), length in 1_usize..20) {
        let events: Vec<_> = texts.iter().map(|text| Text::Text(text.clone())).collect();
        let (_, bytes) = framed::<Sse, _>(&events);
        let lines = |text: &String| text.replace("\r\n", "\n").replace('\r', "\n");
        let expected: Vec<String> = texts.iter().map(lines).collect();
        prop_assert_eq!(echoed("POST", &bytes, length), Value::from(expected));
    }

    #[test]
    fn lines(rows in vec(row(), 0..6), length in 1_usize..20) {
        let (_, bytes) = framed::<JsonLines, _>(&rows);
        let read = collected(JsonLinesReader::<Row, _>::new(pieces(&bytes, length)));
        let read: Vec<Row> = read.into_iter().map(|row| row.expect("it can be read")).collect();
        prop_assert_eq!(&read, &rows);
        let text = dmr::client::json_lines::to_vec(&rows).expect("rows are JSON");
        prop_assert_eq!(text, bytes);
    }

    /// A reader for RFC 7464: the text after each record separator.
    #[test]
    fn text_sequences(rows in vec(row(), 0..6)) {
        let (_, bytes) = framed::<JsonSeq, _>(&rows);
        let mut texts = bytes.split(|byte| *byte == 0x1e);
        prop_assert_eq!(texts.next(), Some(&b""[..]));
        let read: Vec<Row> = texts.map(|text| serde_json::from_slice(text).expect("a row")).collect();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn tables(rows in vec(row(), 1..6)) {
        let (_, bytes) = framed::<Csv, _>(&rows);
        let mut reader = csv::Reader::from_reader(&*bytes);
        let read: Vec<Row> = reader.deserialize().map(|row| row.expect("a row")).collect();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn parts(contents in vec(vec(any::<u8>(), 0..40), 0..5), length in 1_usize..20) {
        let parts: Vec<BodyPart> = contents
            .iter()
            .map(|content| BodyPart::of("image/png", content.clone()))
            .collect();
        let (format, bytes) = framed::<MultipartMixed, _>(&parts);
        let content_type = format.content_type().into_owned();
        let boundary = content_type.split_once("boundary=").expect("a boundary").1.to_owned();
        let read = async {
            let mut multipart = multer::Multipart::new(pieces(&bytes, length), boundary);
            let mut read = Vec::new();
            while let Some(part) = multipart.next_field().await.expect("a part") {
                read.push(part.bytes().await.expect("its content").to_vec());
            }
            read
        };
        prop_assert_eq!(read.now_or_never().expect("it never waits"), contents);
    }

    #[test]
    fn readers_take_any_bytes(bytes in vec(any::<u8>(), 0..200), length in 1_usize..20) {
        collected(JsonLinesReader::<Value, _>::new(pieces(&bytes, length)).max_line(20));
        collected(SseReader::<Value, _>::new(pieces(&bytes, length)).max_event(20));
    }
}
