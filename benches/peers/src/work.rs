//! The work that every server does: the models, the requests, and the expected answers.

use futures_util::{Stream, StreamExt, stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub type Failure = Box<dyn std::error::Error>;

/// The body of `POST /user`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct NewUser {
    pub name: String,
    pub email: String,
    pub age: u32,
    pub tags: Vec<String>,
}

/// The query of `POST /user`.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Options {
    pub notify: bool,
}

/// The answer of `POST /user`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct User {
    pub id: u64,
    pub name: String,
    pub email: String,
    pub age: u32,
    pub tags: Vec<String>,
    pub tenant: String,
}

impl User {
    pub fn new(new: NewUser, options: &Options, tenant: String) -> Self {
        Self {
            id: if options.notify { 7 } else { 8 },
            name: new.name,
            email: new.email,
            age: new.age,
            tags: new.tags,
            tenant,
        }
    }
}

/// An event of `GET /lines` and `GET /events`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Event {
    pub id: u64,
    pub email: String,
    pub active: bool,
}

/// An event of `GET /checked`, with constraints that no type proves.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckedEvent {
    #[schemars(range(max = 1_000_000_000))]
    pub id: u64,
    #[schemars(length(max = 50))]
    pub email: String,
    pub active: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub struct Count {
    pub n: u64,
}

pub fn event(id: u64) -> Event {
    Event {
        id,
        email: String::from("someone@example.com"),
        active: true,
    }
}

pub fn events(count: u64) -> impl Stream<Item = Event> + Send + 'static {
    stream::iter(0..count).map(event)
}

/// One event, and then silence.
pub fn idle() -> impl Stream<Item = Event> + Send + 'static {
    events(1).chain(stream::pending())
}

pub const BODY: &str =
    r#"{"name":"Ada Lovelace","email":"ada@example.com","age":36,"tags":["math","engines"]}"#;
pub const ANSWER: &str = r#"{"id":7,"name":"Ada Lovelace","email":"ada@example.com","age":36,"tags":["math","engines"],"tenant":"acme"}"#;
/// A body that lacks a field and has two fields of the wrong type.
pub const WRONG: &str = r#"{"name":"Ada Lovelace","email":5,"tags":{}}"#;

/// The answer of dmr and the limit to [`WRONG`]. The others report only the first problem.
pub const REJECTION: &str = r#"{"detail":[{"msg":"Expected `str`, got `int` - at `$.parsed_body.email`","type":"value_error"},{"msg":"Object missing required field `age` - at `$.parsed_body`","type":"value_error"},{"msg":"Expected `array`, got `object` - at `$.parsed_body.tags`","type":"value_error"}]}"#;

/// `POST /user` with a body.
pub fn post(body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST /user?notify=true HTTP/1.1\r\nHost: localhost\r\nX-Tenant: acme\r\nAccept: */*\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n").into_bytes()
}

/// The expected body of `GET /lines?n=…`.
pub fn lines(count: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    for id in 0..count {
        let _ = serde_json::to_writer(&mut bytes, &event(id));
        bytes.push(b'\n');
    }
    bytes
}

/// The data of the events of `GET /events?n=…`, with any line ends.
pub fn data(body: &[u8]) -> Vec<u8> {
    let mut data = Vec::new();
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(value) = line.strip_prefix(b"data:") {
            data.extend_from_slice(value.strip_prefix(b" ").unwrap_or(value));
            data.push(b'\n');
        }
    }
    data
}

/// The id of the last complete event.
pub fn last_id(body: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, last) = text.rsplit_once("\"id\":")?;
    last.split_once(',')?.0.parse().ok()
}
