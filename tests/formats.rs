//! Every format in every situation, with the bytes on the wire.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;

use std::marker::PhantomData;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use client::{Connection, Response, get, serve};
use dmr::stream::format::{
    Csv, Format, GeoJsonSeq, JsonArray, JsonLines, JsonSeq, MultipartMixed, NdJson, Sse,
};
use dmr::stream::{Events, StreamEnd};
use dmr::{
    Controller, Error, EventError, EventReply, Query, ResponseSpec, Router, Settings, StatusCode,
    controller,
};
use futures_util::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

#[derive(Serialize, JsonSchema)]
struct Item {
    #[schemars(range(max = 100))]
    n: u32,
}

#[derive(Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Situation {
    Empty,
    One,
    Many,
    ErrorBefore,
    ErrorInside,
    Invalid,
    Close,
    Slow,
    Pending,
    Panic,
}

#[derive(Deserialize, JsonSchema)]
struct Wanted {
    situation: Situation,
}

/// Controls when the producer goes on, and counts the live streams.
#[derive(Default)]
struct Control {
    go_on: Mutex<Option<oneshot::Receiver<()>>>,
    alive: AtomicUsize,
}

struct Alive(Arc<Control>);

impl Alive {
    fn new(control: &Arc<Control>) -> Self {
        control.alive.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(control))
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the source is dry")]
struct Dry;

struct Matrix<F> {
    control: Arc<Control>,
    says_end: bool,
    format: PhantomData<fn() -> F>,
}

#[controller(responses = [ResponseSpec::error(StatusCode::CONFLICT)])]
impl<F: Format> Controller for Matrix<F> {
    async fn get(&self, wanted: Query<Wanted>) -> Events<'_, Item, F> {
        let situation = wanted.situation;
        let alive = Alive::new(&self.control);
        Events::generate(async move |out| {
            let _alive = alive;
            let one = |n| out.send(Item { n });
            match situation {
                Situation::Empty => {}
                Situation::One => one(1).await,
                Situation::Many => {
                    for n in [1, 2, 3] {
                        one(n).await;
                    }
                }
                Situation::ErrorBefore => {
                    return Err(Error::msg(StatusCode::CONFLICT, "taken").into());
                }
                Situation::ErrorInside => {
                    one(1).await;
                    return Err(Dry.into());
                }
                Situation::Invalid => {
                    for n in [1, 1000, 3] {
                        one(n).await;
                    }
                }
                Situation::Close => {
                    one(1).await;
                    return Err(EventError::close());
                }
                Situation::Slow => {
                    one(1).await;
                    let go_on = self.control.go_on.lock().expect("unpoisoned").take();
                    let _ = go_on.expect("the test waits").await;
                    one(2).await;
                }
                Situation::Pending => {
                    one(1).await;
                    std::future::pending::<()>().await;
                }
                Situation::Panic => {
                    one(1).await;
                    panic!("the producer has a bug");
                }
            }
            Ok(())
        })
    }

    fn last_event(&self, end: StreamEnd) -> Option<EventReply> {
        let n = match end {
            StreamEnd::Complete => 97,
            StreamEnd::Deadline => 98,
            _ => 99,
        };
        self.says_end.then(|| EventReply::event(Item { n }))
    }
}

fn server<F: Format>(settings: Settings, says_end: bool) -> (String, Arc<Control>) {
    let control = Arc::<Control>::default();
    let matrix = Matrix::<F> {
        control: Arc::clone(&control),
        says_end,
        format: PhantomData,
    };
    let settings = settings.debug(false);
    let address = serve(Router::new("").settings(settings).route("", matrix));
    (address, control)
}

fn ask(address: &str, situation: &str) -> Response {
    get(address, &format!("/?situation={situation}"))
}

const INVALID: &str =
    r#"{"detail":[{"msg":"Expected `int` <= 100 - at `$.n`","type":"value_error"}]}"#;

/// The output of a format.
struct Bytes {
    content_type: &'static str,
    /// The frames of events. `BOUNDARY` stands for the boundary.
    frames: fn(&[u32]) -> String,
    error: fn(&str) -> String,
    end: fn(bool) -> &'static str,
    /// `None` if the format has no pings.
    ping: Option<&'static str>,
}

fn each(numbers: &[u32], frame: impl Fn(u32) -> String) -> String {
    numbers.iter().map(|n| frame(*n)).collect()
}

const LINES: Bytes = Bytes {
    content_type: "application/jsonl",
    frames: |numbers| each(numbers, |n| format!("{{\"n\":{n}}}\n")),
    error: |error| format!("{error}\n"),
    end: |_| "",
    ping: Some("\n"),
};

const SEQUENCE: Bytes = Bytes {
    content_type: "application/json-seq",
    frames: |numbers| each(numbers, |n| format!("\x1e{{\"n\":{n}}}\n")),
    error: |error| format!("\x1e{error}\n"),
    end: |_| "",
    ping: Some("\x1e"),
};

const EVENTS: Bytes = Bytes {
    content_type: "text/event-stream",
    frames: |numbers| each(numbers, |n| format!("data: {{\"n\":{n}}}\r\n\r\n")),
    error: |error| format!("event: error\r\ndata: {error}\r\n\r\n"),
    end: |_| "",
    ping: Some(": ping\r\n\r\n"),
};

const ARRAY: Bytes = Bytes {
    content_type: "application/json",
    // `expected` replaces the first comma with a bracket.
    frames: |numbers| each(numbers, |n| format!(",{{\"n\":{n}}}")),
    error: |error| format!(",{error}"),
    end: |empty| if empty { "[]" } else { "]" },
    ping: Some("\n"),
};

const PARTS: Bytes = Bytes {
    content_type: "multipart/mixed; boundary=BOUNDARY",
    frames: |numbers| each(numbers, |n| part(&format!("{{\"n\":{n}}}"))),
    error: part,
    end: |_| "--BOUNDARY--\r\n",
    ping: None,
};

fn part(content: &str) -> String {
    let length = content.len();
    format!(
        "--BOUNDARY\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{content}\r\n"
    )
}

const TABLE: Bytes = Bytes {
    content_type: "text/csv",
    frames: |numbers| each(numbers, |n| format!("{n}\r\n")),
    error: |_| String::new(),
    end: |_| "",
    ping: None,
};

impl Bytes {
    fn as_sent(&self, body: &str) -> String {
        let mut body = body.to_owned();
        if self.content_type == "application/json" && body.starts_with(',') {
            body.replace_range(..1, "[");
        }
        if self.content_type == "text/csv" && !body.is_empty() {
            body.insert_str(0, "n\r\n");
        }
        body
    }

    fn whole(&self, body: &str) -> String {
        self.as_sent(body) + (self.end)(body.is_empty())
    }
}

/// Replaces the boundary with `BOUNDARY`.
fn without_boundary(response: &Response) -> (String, String) {
    let content_type = response.header("content-type");
    match content_type.split_once("boundary=") {
        Some((_, boundary)) => (
            content_type.replace(boundary, "BOUNDARY"),
            response.body.replace(boundary, "BOUNDARY"),
        ),
        None => (content_type.to_owned(), response.body.clone()),
    }
}

fn assert_stream(response: &Response, bytes: &Bytes, complete: bool, body: &str, what: &str) {
    let (content_type, sent) = without_boundary(response);
    assert_eq!(
        (response.status, content_type.as_str(), sent.as_str()),
        (200, bytes.content_type, body),
        "{what}"
    );
    assert_eq!(response.complete, complete, "{what}");
}

fn matrix<F: Format>(bytes: &Bytes) {
    let frames = bytes.frames;
    let table = bytes.content_type == "text/csv";
    let (address, control) = server::<F>(Settings::new(), false);
    for (situation, numbers) in [("empty", vec![]), ("one", vec![1]), ("many", vec![1, 2, 3])] {
        let response = ask(&address, situation);
        assert_stream(
            &response,
            bytes,
            true,
            &bytes.whole(&frames(&numbers)),
            situation,
        );
        let header = |name| response.header(name);
        assert_eq!(header("cache-control"), "no-cache");
        assert_eq!(header("x-accel-buffering"), "no");
        assert_eq!(header("connection"), "keep-alive");
        assert_eq!(header("transfer-encoding"), "chunked");
    }
    assert_stream(
        &ask(&address, "close"),
        bytes,
        true,
        &bytes.whole(&frames(&[1])),
        "close",
    );

    let before = ask(&address, "error_before");
    assert_eq!(
        (before.status, before.body.as_str()),
        (409, r#"{"detail":[{"msg":"taken"}]}"#)
    );
    assert_eq!(before.header("content-type"), "application/json");

    // The bytes that were sent arrive, and the client notices that more should follow.
    for situation in ["error_inside", "panic"] {
        let response = ask(&address, situation);
        assert_stream(
            &response,
            bytes,
            false,
            &bytes.as_sent(&frames(&[1])),
            situation,
        );
    }

    // An invalid event becomes an error, and the stream goes on. A table has no room for it.
    let invalid = frames(&[1]) + &(bytes.error)(INVALID) + &frames(&[3]);
    let response = ask(&address, "invalid");
    if table {
        assert_stream(
            &response,
            bytes,
            false,
            &bytes.as_sent(&frames(&[1])),
            "invalid",
        );
    } else {
        assert_stream(&response, bytes, true, &bytes.whole(&invalid), "invalid");
    }

    // No bytes are held back while the producer waits.
    let (go_on, waiting) = oneshot::channel();
    *control.go_on.lock().expect("unpoisoned") = Some(waiting);
    let mut connection = Connection::open(&address);
    connection.write(b"GET /?situation=slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let (_, headers) = connection.head();
    let boundary = headers["content-type"].split_once("boundary=");
    let boundary = boundary
        .map_or("BOUNDARY", |(_, boundary)| boundary)
        .to_owned();
    let mut chunk = || {
        let chunk = connection.chunk().expect("it is not cut");
        let chunk = chunk.map(|chunk| String::from_utf8(chunk).expect("UTF-8"));
        chunk.map(|chunk| chunk.replace(&boundary, "BOUNDARY"))
    };
    assert_eq!(chunk(), Some(bytes.as_sent(&frames(&[1]))));
    go_on.send(()).expect("the producer waits");
    let mut rest = String::new();
    while let Some(chunk) = chunk() {
        rest += &chunk;
    }
    assert_eq!(rest, frames(&[2]) + (bytes.end)(false));

    // The server notices that a client has gone while the stream is idle.
    let mut connection = Connection::open(&address);
    connection.write(b"GET /?situation=pending HTTP/1.1\r\nHost: localhost\r\n\r\n");
    connection.head();
    connection.chunk().expect("the first event");
    assert_eq!(control.alive.load(Ordering::SeqCst), 1);
    drop(connection);
    while control.alive.load(Ordering::SeqCst) > 0 {
        std::thread::yield_now();
    }

    // A deadline is a clean end, with an event that names it.
    let settings = Settings::new().max_stream_duration(Duration::from_millis(50));
    let (address, _) = server::<F>(settings, true);
    let response = ask(&address, "pending");
    assert_stream(
        &response,
        bytes,
        true,
        &bytes.whole(&frames(&[1, 98])),
        "deadline",
    );
    assert_stream(
        &ask(&address, "one"),
        bytes,
        true,
        &bytes.whole(&frames(&[1, 97])),
        "complete",
    );

    if let Some(ping) = bytes.ping {
        let (address, _) = server::<F>(
            Settings::new().ping_interval(Duration::from_millis(20)),
            false,
        );
        let mut connection = Connection::open(&address);
        connection.write(b"GET /?situation=pending HTTP/1.1\r\nHost: localhost\r\n\r\n");
        connection.head();
        let mut chunk = || {
            connection
                .chunk()
                .expect("it is not cut")
                .expect("it goes on")
        };
        assert_eq!(chunk(), bytes.as_sent(&frames(&[1])).as_bytes());
        for _ in 0..3 {
            assert_eq!(chunk(), ping.as_bytes());
        }
    }
}

#[test]
fn json_lines() {
    matrix::<JsonLines>(&LINES);
}

#[test]
fn nd_json() {
    matrix::<NdJson>(&Bytes {
        content_type: "application/x-ndjson",
        ..LINES
    });
}

#[test]
fn json_seq() {
    matrix::<JsonSeq>(&SEQUENCE);
}

#[test]
fn geo_json_seq() {
    matrix::<GeoJsonSeq>(&Bytes {
        content_type: "application/geo+json-seq",
        ..SEQUENCE
    });
}

#[test]
fn server_sent_events() {
    matrix::<Sse>(&EVENTS);
}

#[test]
fn json_array() {
    matrix::<JsonArray>(&ARRAY);
}

#[test]
fn multipart_mixed() {
    matrix::<MultipartMixed>(&PARTS);
}

#[test]
fn csv() {
    matrix::<Csv>(&TABLE);
}

#[path = "formats/stopping.rs"]
mod stopping;

#[path = "formats/negotiation.rs"]
mod negotiation;

#[path = "formats/errors_in_streams.rs"]
mod errors_in_streams;

#[path = "formats/serializers_of_others.rs"]
mod serializers_of_others;
