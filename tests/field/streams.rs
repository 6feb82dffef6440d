//! Streams as the popular APIs send them.

use std::time::Duration;

use dmr::stream::{EventName, events};
use dmr::{Controller, Events, JsonLines, Router, Settings, Sse, SseEvent, SseEvents, controller};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::client::{get, send, serve};
use crate::openapi::assert_valid;

fn router(controller: impl Controller) -> Router {
    Router::new("")
        .settings(Settings::new().debug(false))
        .route("", controller)
}

/// The schema of the events that the document has in a media type.
fn item_schema(router: Router, media_type: &str) -> Value {
    let api = router.build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    assert_valid(&document);
    let content = &document["paths"]["/"]["get"]["responses"]["200"]["content"];
    let mut schema = content[media_type]["itemSchema"].clone();
    // A validator finds the components below the schema.
    schema["components"] = document["components"].clone();
    schema
}

/// Whether a value satisfies a schema of the document.
fn is_valid(schema: &Value, value: &Value) -> bool {
    let validator = jsonschema::draft202012::new(schema).expect("a schema");
    validator.is_valid(value)
}

#[derive(Serialize, JsonSchema)]
struct Chunk {
    #[schemars(length(min = 1))]
    text: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Failure {
    error: &'static str,
}

/// Events with and without a name, and sentinels.
#[derive(SseEvents)]
enum Answer {
    /// A part of the answer.
    #[event(unnamed)]
    Chunk(Chunk),
    #[event(unnamed)]
    Failure(Failure),
    #[event(unnamed, raw)]
    Text(&'static str),
    #[event(unnamed)]
    Nothing,
    Usage(u32),
    #[event(data = "[DONE]")]
    Done,
}

struct Answers;

#[controller]
impl Controller for Answers {
    async fn get(&self) -> Events<'_, Answer, (Sse, JsonLines)> {
        events! {
            yield Answer::Chunk(Chunk { text: "Hello" });
            yield Answer::Failure(Failure { error: "busy" });
            yield Answer::Text("as it is");
            yield Answer::Nothing;
            yield Answer::Usage(2);
            yield Answer::Done;
        }
    }
}

#[test]
fn variants_without_a_name_stand_beside_named_ones() {
    assert_eq!(
        get(&serve(router(Answers)), "/").body,
        "data: {\"text\":\"Hello\"}\r\n\r\n\
         data: {\"error\":\"busy\"}\r\n\r\n\
         data: as it is\r\n\r\n\
         data: null\r\n\r\n\
         event: usage\r\ndata: 2\r\n\r\n\
         data: [DONE]\r\n\r\n"
    );
}

/// Each event that a client has parsed satisfies exactly one branch.
#[test]
fn the_branches_of_parsed_events_exclude_each_other() {
    let schema = item_schema(router(Answers), "text/event-stream");
    let branches = schema["oneOf"].as_array().expect("several").len();
    assert_eq!(branches, 3, "{schema:#}");
    for event in [
        json!({"data": "{\"text\":\"Hello\"}"}),
        json!({"data": "as it is", "id": "7"}),
        json!({"data": "2", "event": "usage"}),
        json!({"data": "[DONE]"}),
    ] {
        assert!(is_valid(&schema, &event), "{event} in {schema:#}");
    }
    assert!(!is_valid(&schema, &json!({"data": "2", "event": "other"})));
    assert!(!is_valid(&schema, &json!({"event": "usage"})));
}

#[test]
fn the_events_of_other_formats_satisfy_their_schema() {
    let schema = item_schema(router(Answers), "application/jsonl");
    let address = serve(router(Answers));
    let lines = send(&address, "GET", "/", &[("Accept", "application/jsonl")]).body;
    assert_eq!(lines.lines().count(), 6);
    for line in lines.lines() {
        let event: Value = serde_json::from_str(line).expect("JSON");
        assert!(is_valid(&schema, &event), "{event} in {schema:#}");
    }
}

/// A text that equals the sentinel is the sentinel.
#[derive(SseEvents)]
enum Texts {
    #[event(unnamed, raw)]
    Text(&'static str),
    #[event(data = "[DONE]")]
    Done,
    #[event(name = "done", data = "[DONE]")]
    NamedDone,
}

struct Sentinels;

#[controller]
impl Controller for Sentinels {
    async fn get(&self) -> Sse<'_, Texts> {
        events! {
            yield Texts::Text("[DONE]");
            yield Texts::Done;
            yield Texts::NamedDone;
        }
    }
}

#[test]
fn a_text_that_equals_a_sentinel() {
    let body = get(&serve(router(Sentinels)), "/").body;
    let done = "data: [DONE]\r\n\r\n";
    assert_eq!(body, format!("{done}{done}event: done\r\n{done}"));
    let schema = item_schema(router(Sentinels), "text/event-stream");
    for event in [
        json!({"data": "text"}),
        json!({"data": "[DONE]"}),
        json!({"data": "[DONE]", "event": "done"}),
    ] {
        assert!(is_valid(&schema, &event), "{event} in {schema:#}");
    }
}

struct Special;

#[controller]
impl Controller for Special {
    async fn get(&self) -> Sse<'_, SseEvent<Chunk>> {
        events! {
            yield SseEvent::new(Chunk { text: "Hello" });
            yield SseEvent::comment_only("still there");
            yield SseEvent::id_only(7);
            yield SseEvent::retry_only(Duration::from_secs(1));
            yield SseEvent::event_only(EventName::from_static("end"));
            yield SseEvent::raw("[DONE]");
            yield SseEvent::new(Chunk { text: "" });
        }
    }

    /// Special events around the events of an enum.
    async fn post(&self) -> Sse<'_, SseEvent<Answer>> {
        events! {
            yield SseEvent::new(Answer::Chunk(Chunk { text: "Hello" })).id(1);
            yield SseEvent::comment_only("still there");
            yield SseEvent::raw("[END]");
        }
    }

    /// A special event inside of another event.
    async fn put(&self) -> Sse<'_, SseEvent<SseEvent<Chunk>>> {
        events! { yield SseEvent::new(SseEvent::raw("[DONE]")).id(1); }
    }
}

/// Only the data of a typed event is checked.
#[test]
fn special_events_are_valid_in_a_typed_stream() {
    let address = serve(router(Special));
    let body = get(&address, "/").body;
    let (special, invalid) = body.split_at(body.find("event: error").expect("an error"));
    assert_eq!(
        special,
        "data: {\"text\":\"Hello\"}\r\n\r\n\
         : still there\r\n\r\n\
         id: 7\r\n\r\n\
         retry: 1000\r\n\r\n\
         event: end\r\n\r\n\
         data: [DONE]\r\n\r\n"
    );
    assert!(invalid.contains("of length >= 1"), "{invalid}");
    assert_eq!(
        send(&address, "POST", "/", &[]).body,
        "id: 1\r\ndata: {\"text\":\"Hello\"}\r\n\r\n: still there\r\n\r\ndata: [END]\r\n\r\n"
    );
    assert_eq!(
        send(&address, "PUT", "/", &[]).body,
        "id: 1\r\ndata: [DONE]\r\n\r\n"
    );
}

struct Both;

#[controller]
impl Controller for Both {
    async fn get(&self) -> Events<'_, u32, (Sse, JsonLines)> {
        events! { yield 1; }
    }
}

/// The aliases name the formats.
#[test]
fn formats_by_the_names_of_their_aliases() {
    let address = serve(router(Both));
    let sent = |accept| send(&address, "GET", "/", &[("Accept", accept)]).body;
    assert_eq!(sent("text/event-stream"), "data: 1\r\n\r\n");
    assert_eq!(sent("application/jsonl"), "1\n");
}
