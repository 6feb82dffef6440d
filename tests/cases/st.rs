//! ST: streaming.

use std::time::Duration;

use dmr::auth::{Algorithm, Jwt};
use dmr::stream::format::{self, Blocking, JsonLines as JsonLinesFormat};
use dmr::stream::{EventId, EventName, Events, SseEvent, StreamingResponse, events, try_events};
use dmr::{
    Controller, Error, EventError, EventReply, Headers, JsonLines, ResponseSpec, Router, Settings,
    Sse, StatusCode, controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{Connection, Response};
use crate::{LastId, Server, assert_json, assert_undeclared, error, value_error};

/// `SH(…)` and the body.
#[track_caller]
fn assert_stream(response: &Response, content_type: &str, body: &str) {
    assert_eq!(
        (response.status, response.body.as_str()),
        (200, body),
        "{response:?}"
    );
    assert_eq!(response.header("content-type"), content_type);
    assert_eq!(response.header("cache-control"), "no-cache");
    assert_eq!(response.header("x-accel-buffering"), "no");
    assert_eq!(response.header("connection"), "keep-alive");
}

#[derive(Serialize, JsonSchema)]
struct Email {
    email: String,
}

fn email(text: &str) -> Email {
    Email {
        email: text.to_owned(),
    }
}

struct Resumed;

#[controller]
impl Controller for Resumed {
    async fn get(&self, last: Headers<LastId>) -> JsonLines<'_, String> {
        events! {
            yield match last.last_event_id {
                Some(id) => format!("starting from {id}"),
                None => "starting from scratch".to_owned(),
            };
        }
    }
}

#[test]
fn st_01_resume() {
    let server = Server::of(Resumed);
    let get = |headers: &[(&str, &str)]| server.call("GET", headers);
    assert_stream(
        &get(&[]),
        "application/jsonl",
        "\"starting from scratch\"\n",
    );
    let five = get(&[("Last-Event-ID", "5")]);
    assert_stream(&five, "application/jsonl", "\"starting from 5\"\n");
    let wrong = "Expected `int | null`, got `str` - at `$.parsed_headers.last_event_id`";
    assert_json(&get(&[("Last-Event-ID", "abc")]), 400, &value_error(wrong));
}

struct Emails;

#[controller]
impl Controller for Emails {
    async fn get(&self) -> JsonLines<'_, Email> {
        events! {
            yield email("first@example.com");
            yield email("second@example.com");
        }
    }

    async fn post(&self) -> JsonLines<'_, i64> {
        events! { yield 1; }
    }
}

#[test]
fn st_02_events_are_lines() {
    let body = "{\"email\":\"first@example.com\"}\n{\"email\":\"second@example.com\"}\n";
    assert_stream(&Server::of(Emails).get("/x/"), "application/jsonl", body);
}

#[test]
fn st_04_a_stream_answers_200_to_a_post() {
    let response = Server::of(Emails).call("POST", &[]);
    assert_stream(&response, "application/jsonl", "1\n");
}

struct Faulty;

#[controller]
impl Controller for Faulty {
    #[validate(ResponseSpec::stream::<Email, JsonLinesFormat>(StatusCode::OK))]
    async fn get(&self) -> StreamingResponse<'_, dmr::Json, JsonLinesFormat> {
        StreamingResponse::new(events! {
            for value in [json!({"email": "a"}), json!(1), json!({"email": 5}), json!({"email": "b"})] {
                yield dmr::Json(value);
            }
        })
    }
}

#[test]
fn st_05_invalid_events_become_errors() {
    let errors = [
        value_error("Expected `object`, got `int`"),
        value_error("Expected `str`, got `int` - at `$.email`"),
    ]
    .join("\n");
    let body = format!("{{\"email\":\"a\"}}\n{errors}\n{{\"email\":\"b\"}}\n");
    assert_stream(&Server::of(Faulty).get("/x/"), "application/jsonl", &body);
}

#[derive(Debug, thiserror::Error)]
#[error("division by zero")]
struct ZeroDivision;

struct Dividing {
    handled: bool,
}

#[controller]
impl Controller for Dividing {
    async fn get(&self) -> JsonLines<'_, i64> {
        try_events! {
            yield 1;
            Err(ZeroDivision)?;
        }
    }

    async fn handle_event_error(&self, error: EventError) -> Result<EventReply, EventError> {
        if !self.handled {
            return Err(error);
        }
        error.downcast::<ZeroDivision>()?;
        Ok(EventReply::event("zero"))
    }
}

#[test]
fn st_07_the_hook_answers() {
    let response = Server::of(Dividing { handled: true }).get("/x/");
    assert_stream(&response, "application/jsonl", "1\n\"zero\"\n");
    assert!(response.complete);
}

#[test]
fn st_09_an_unhandled_error_aborts() {
    let response = Server::of(Dividing { handled: false }).get("/x/");
    assert_stream(&response, "application/jsonl", "1\n");
    assert!(!response.complete);
}

const USER: EventName = EventName::from_static("user");
const DONE: EventName = EventName::from_static("done");

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Data {
    Email(Email),
    Text(&'static str),
    Number(i64),
    Flag(bool),
}

struct Fields;

#[controller]
impl Controller for Fields {
    async fn get(&self) -> Sse<'_, SseEvent<Data>> {
        events! {
            yield SseEvent::new(Data::Email(email("a")))
                .event(USER)
                .id(1)
                .retry(Duration::from_millis(100))
                .comment("c1\nc2");
            yield SseEvent::new(Data::Text("text"));
        }
    }

    async fn put(&self) -> Sse<'_, SseEvent<Data>> {
        try_events! {
            yield SseEvent::comment_only("multi\nline\n");
            yield SseEvent::id_only(EventId::try_from("x")?);
            yield SseEvent::event_only(DONE);
            yield SseEvent::retry_only(Duration::from_millis(5));
            yield SseEvent::new(Data::Number(0));
            yield SseEvent::new(Data::Flag(false));
            yield SseEvent::new(Data::Text(""));
        }
    }
}

#[test]
fn st_10_the_fields_of_an_event() {
    assert_stream(
        &Server::of(Fields).get("/x/"),
        "text/event-stream",
        ": c1\r\n: c2\r\nid: 1\r\nevent: user\r\ndata: {\"email\":\"a\"}\r\nretry: 100\r\n\r\n\
         data: \"text\"\r\n\r\n",
    );
}

#[test]
fn st_12_events_with_one_field() {
    assert_stream(
        &Server::of(Fields).call("PUT", &[]),
        "text/event-stream",
        ": multi\r\n: line\r\n: \r\n\r\nid: x\r\n\r\nevent: done\r\n\r\nretry: 5\r\n\r\n\
         data: 0\r\n\r\ndata: false\r\n\r\ndata: \"\"\r\n\r\n",
    );
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Anything {
    Event(SseEvent),
    Plain(i64),
}

struct Numbers;

#[controller]
impl Controller for Numbers {
    #[validate(ResponseSpec::stream::<SseEvent<i64>, format::Sse>(StatusCode::OK))]
    async fn get(&self) -> StreamingResponse<'_, Anything, format::Sse> {
        StreamingResponse::new(events! {
            yield Anything::Event(SseEvent::new(dmr::Json(json!(1))));
            yield Anything::Event(SseEvent::new(dmr::Json(json!("a"))));
            yield Anything::Plain(5);
            yield Anything::Event(SseEvent::new(dmr::Json(json!(2))));
            yield Anything::Event(SseEvent::comment_only("no data"));
        })
    }
}

#[test]
fn st_13_invalid_events_are_events_named_error() {
    let wrong = [
        value_error("Expected `int | null`, got `str` - at `$.data`"),
        value_error("Expected `object`, got `int`"),
    ];
    let errors = wrong.map(|error| format!("event: error\r\ndata: {error}\r\n\r\n"));
    assert_stream(
        &Server::of(Numbers).get("/x/"),
        "text/event-stream",
        &format!(
            "data: 1\r\n\r\n{}data: 2\r\n\r\n: no data\r\n\r\n",
            errors.concat()
        ),
    );
}

struct Silent;

#[controller(ping_interval = Duration::from_millis(100))]
impl Controller for Silent {
    async fn get(&self) -> Sse<'_, i64> {
        events! {
            yield 1;
            tokio::time::sleep(Duration::from_millis(250)).await;
            yield 2;
        }
    }
}

#[test]
fn st_15_pings() {
    let response = Server::of(Silent).get("/x/");
    let body = "data: 1\r\n\r\n: ping\r\n\r\n: ping\r\n\r\ndata: 2\r\n\r\n";
    assert_stream(&response, "text/event-stream", body);
}

struct Refusing;

#[controller]
impl Controller for Refusing {
    #[modify(responses = [ResponseSpec::new::<&str>(StatusCode::CONFLICT)])]
    async fn get(&self) -> Result<Sse<'_, i64>, Error> {
        Err(Error::new(StatusCode::CONFLICT, "no"))
    }

    async fn put(&self) -> Result<Sse<'_, i64>, Error> {
        Err(Error::new(StatusCode::CONFLICT, "no"))
    }
}

#[test]
fn st_17_an_error_before_the_stream() {
    let response = Server::of(Refusing).call("GET", &[("Accept", "text/event-stream")]);
    assert_json(&response, 409, "\"no\"");
}

#[test]
fn st_18_an_undeclared_error_before_the_stream() {
    let response = Server::of(Refusing).call("PUT", &[("Accept", "text/event-stream")]);
    assert_undeclared(&response, 409, "200, 422, 406");
}

#[test]
fn st_20_errors_are_json() {
    let headers = [("Accept", "application/json"), ("Last-Event-ID", "abc")];
    let wrong = "Expected `int | null`, got `str` - at `$.parsed_headers.last_event_id`";
    let response = Server::of(Resumed).call("GET", &headers);
    assert_json(&response, 400, &value_error(wrong));
}

#[derive(Serialize, JsonSchema)]
struct A {
    a: i64,
}

struct Both;

#[controller]
impl Controller for Both {
    async fn get(&self) -> Events<'_, SseEvent<A>, (format::Sse, format::JsonLines)> {
        events! { yield SseEvent::new(A { a: 1 }); }
    }
}

#[test]
fn st_21_two_formats() {
    let server = Server::of(Both);
    let sse = "data: {\"a\":1}\r\n\r\n";
    let line = "{\"data\":{\"a\":1},\"event\":null,\"id\":null,\"retry\":null,\"comment\":null}\n";
    let accept = |accept| server.call("GET", &[("Accept", accept)]);
    assert_stream(&server.get("/x/"), "text/event-stream", sse);
    assert_stream(&accept("application/jsonl"), "application/jsonl", line);
    let prefers = accept("text/event-stream;q=0.5, application/jsonl");
    assert_stream(&prefers, "application/jsonl", line);
}

#[derive(Deserialize)]
struct Claims {}

struct Secured {
    jwt: Jwt<Claims>,
}

#[controller(auth = [self.jwt.clone()])]
impl Controller for Secured {
    async fn get(&self) -> JsonLines<'_, i64> {
        events! { yield 1; }
    }
}

#[test]
fn st_23_without_credentials() {
    let secret = "a secret for the tests, longer than 32 bytes";
    let jwt = Jwt::new(Algorithm::HS256, secret.as_bytes()).expect("the secret is long enough");
    let response = Server::of(Secured { jwt }).get("/x/");
    assert_json(&response, 401, &error("Not authenticated", "security"));
}

struct BlockingNumbers;

#[controller]
impl Controller for BlockingNumbers {
    async fn get(&self) -> Events<'_, i64, Blocking<JsonLinesFormat>> {
        Events::blocking([1, 2])
    }
}

/// The guard fails the build of the application.
#[test]
fn st_25_sync_workers() {
    let router = |debug| {
        let settings = Settings::new().debug(debug);
        Router::new("")
            .settings(settings)
            .route("x/", BlockingNumbers)
    };
    let refused = router(false).build().expect_err("debug is off");
    assert_eq!(
        refused.errors(),
        [
            "GET /x/: Do not use sync workers with event streaming in production: `Events::blocking` holds a thread for each client, return an async stream or set `debug`"
        ]
    );
    let address = crate::client::serve(router(true));
    let mut connection = Connection::open(&address);
    connection.write(b"GET /x/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let response = connection.response();
    assert_eq!((response.status, response.body.as_str()), (200, "1\n2\n"));
    assert_eq!(response.headers["connection"], "keep-alive");
}

struct Undeclared;

#[controller]
impl Controller for Undeclared {
    #[validate(ResponseSpec::new::<Value>(StatusCode::OK))]
    async fn get(&self) -> StreamingResponse<'_, i64, JsonLinesFormat> {
        StreamingResponse::new(events! { yield 1; })
    }
}

#[test]
fn st_26_a_declaration_without_the_headers_of_streams() {
    let response = Server::of(Undeclared).get("/x/");
    let wrong = "Response has extra real undescribed {'cache-control', 'connection', 'x-accel-buffering'} headers";
    assert_json(&response, 422, &value_error(wrong));
}
