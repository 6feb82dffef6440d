//! Examples of responses and of streams, as they are written.

use dmr::serializer::{MessagePack, Renderer, SerdeJson, SerializeError};
use dmr::stream::format::{Csv, JsonArray, JsonLines, JsonSeq, MultipartMixed, Sse};
use dmr::stream::{StreamingResponse, ValueOrItems, events};
use dmr::{
    BodyStream, Controller, Error, Events, Example, Response, ResponseSpec, Router, Settings,
    SseEvent, SseEvents, StatusCode, controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{send, serve};
use crate::openapi::assert_valid;

fn router(controller: impl Controller) -> Router {
    Router::new("")
        .settings(Settings::new().debug(false))
        .route("", controller)
}

fn operation(controller: impl Controller, method: &str) -> Value {
    let api = router(controller).build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    assert_valid(&document);
    document["paths"]["/"][method].clone()
}

/// The examples in each media type of a response.
fn examples(operation: &Value, status: &str) -> Value {
    let content = operation["responses"][status]["content"].as_object();
    let content = content.expect("content").iter();
    let examples = content.map(|(media_type, described)| {
        let examples = described.get("examples").cloned().unwrap_or_default();
        (media_type.clone(), examples)
    });
    examples.collect()
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Log {
    #[schemars(range(min = 0))]
    level: i32,
    message: String,
}

fn log(level: i32, message: &str) -> Log {
    Log {
        level,
        message: message.to_owned(),
    }
}

fn logs() -> [Log; 2] {
    [log(1, "Hi!"), log(2, "Bye,\nbye!")]
}

struct Logs;

#[controller]
impl Controller for Logs {
    #[modify(examples = [Example::events("two", logs()).summary("Log entries")])]
    async fn get(
        &self,
    ) -> Events<'_, Log, (JsonLines, JsonSeq, Sse, Csv, JsonArray, MultipartMixed)> {
        events! {
            for log in logs() {
                yield log;
            }
        }
    }
}

/// The document shows what a client reads. The boundary of a multipart stream is random, so it has
/// no example.
#[test]
fn a_stream_is_shown_as_its_text() {
    let shown = examples(&operation(Logs, "get"), "200");
    let address = serve(router(Logs));
    for media_type in [
        "application/jsonl",
        "application/json-seq",
        "text/event-stream",
        "text/csv",
    ] {
        let body = send(&address, "GET", "/", &[("Accept", media_type)]).body;
        let example = json!({"two": {"summary": "Log entries", "serializedValue": body}});
        assert_eq!(shown[media_type], example);
    }
    let lines = "{\"level\":1,\"message\":\"Hi!\"}\n{\"level\":2,\"message\":\"Bye,\\nbye!\"}\n";
    assert_eq!(shown["application/jsonl"]["two"]["serializedValue"], lines);
    // JSON is shown as data.
    let data = json!({"two": {"summary": "Log entries", "dataValue": logs().as_slice()}});
    assert_eq!(shown["application/json"], data);
    assert_eq!(shown["multipart/mixed"], Value::Null);
}

/// YAML, of which JSON is a part.
#[derive(Clone, Copy, Default)]
struct Yaml;

impl Renderer for Yaml {
    fn media_type(&self) -> &'static str {
        "application/yaml"
    }

    fn render<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        out.extend_from_slice(b"--- ");
        SerdeJson.render(value, out)
    }
}

struct OneLog;

#[controller(renderers = (SerdeJson, Yaml, MessagePack))]
impl Controller for OneLog {
    #[modify(examples = [
        Example::new("greeting", log(1, "Hi!")).description("The first one"),
        Example::new("end", log(2, "Bye!")),
    ])]
    async fn get(&self) -> Log {
        log(1, "Hi!")
    }

    #[validate(
        ResponseSpec::new::<Log>(StatusCode::CREATED).examples([Example::new("new", log(3, "New"))]),
        ResponseSpec::stream::<Log, JsonLines>(StatusCode::OK)
            .examples([Example::events("none", [] as [Log; 0])]),
    )]
    async fn post(&self) -> Response {
        Response::new(StatusCode::CREATED, log(3, "New"))
    }
}

/// Any other text stands beside the data. MessagePack has no text.
#[test]
fn a_body_is_shown_as_its_data() {
    let data = |level, message| json!({"level": level, "message": message});
    let greeting = json!({"description": "The first one", "dataValue": data(1, "Hi!")});
    let end = json!({"dataValue": data(2, "Bye!")});
    let with = |example: &Value, text: &str| {
        let mut example = example.clone();
        example["serializedValue"] = text.into();
        example
    };
    let json = json!({"greeting": greeting, "end": end});
    assert_eq!(
        examples(&operation(OneLog, "get"), "200"),
        json!({
            "application/json": json,
            "application/yaml": {
                "greeting": with(&greeting, "--- {\"level\":1,\"message\":\"Hi!\"}"),
                "end": with(&end, "--- {\"level\":2,\"message\":\"Bye!\"}"),
            },
            "application/msgpack": json,
        })
    );
    let post = operation(OneLog, "post");
    let created = examples(&post, "201");
    assert_eq!(
        created["application/json"],
        json!({"new": {"dataValue": data(3, "New")}})
    );
    let streamed = examples(&post, "200");
    assert_eq!(
        streamed["application/jsonl"],
        json!({"none": {"serializedValue": ""}})
    );
}

struct Listed;

#[controller]
impl Controller for Listed {
    #[modify(examples = [
        Example::new("list", logs().to_vec()),
        Example::events("lines", logs()),
    ])]
    async fn get(&self) -> ValueOrItems<Vec<Log>, JsonLines> {
        ValueOrItems::new(logs().to_vec())
    }
}

#[test]
fn a_value_and_its_items_have_their_own_examples() {
    let shown = examples(&operation(Listed, "get"), "200");
    let list = json!({"list": {"dataValue": logs().as_slice()}});
    assert_eq!(shown["application/json"], list);
    let lines = shown["application/jsonl"].as_object().expect("examples");
    assert_eq!(lines.keys().collect::<Vec<_>>(), ["lines"]);
}

/// A type with examples of its own.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(example = Point { x: 1 }, example = Point { x: 2 })]
struct Point {
    x: u8,
}

#[derive(SseEvents)]
enum Drawn {
    Point(Point),
    /// A type without an example.
    Size(u32),
    #[event(data = "[DONE]")]
    Done,
}

struct Points;

#[controller]
impl Controller for Points {
    async fn get(&self) -> Events<'_, Point, (JsonLines, Sse, JsonArray, Csv)> {
        events! { yield Point { x: 1 }; }
    }

    async fn post(&self) -> dmr::Sse<'_, SseEvent<Drawn>> {
        events! { yield SseEvent::new(Drawn::Size(1)); yield SseEvent::new(Drawn::Done); }
    }

    async fn put(&self, points: BodyStream<Point, JsonLines>) -> u64 {
        points.line()
    }

    #[modify(examples = [Example::events("own", [Point { x: 7 }])])]
    async fn patch(&self) -> Events<'_, Point, JsonLines> {
        events! { yield Point { x: 1 }; }
    }

    #[validate(ResponseSpec::stream::<Point, JsonLines>(StatusCode::OK))]
    async fn query(&self) -> Result<StreamingResponse<'_, Point, JsonLines>, Error> {
        let points: Events<'_, Point, JsonLines> = events! { yield Point { x: 1 }; };
        Ok(StreamingResponse::new(points))
    }
}

#[test]
fn the_type_of_the_events_gives_examples() {
    let lines = "{\"x\":1}\n{\"x\":2}\n";
    let shown = examples(&operation(Points, "get"), "200");
    let text = |text: &str| json!({"items": {"serializedValue": text}});
    assert_eq!(shown["application/jsonl"], text(lines));
    assert_eq!(
        shown["text/event-stream"],
        text("data: {\"x\":1}\r\n\r\ndata: {\"x\":2}\r\n\r\n")
    );
    let data = json!({"items": {"dataValue": [{"x": 1}, {"x": 2}]}});
    assert_eq!(shown["application/json"], data);
    let drawn = "event: point\r\ndata: {\"x\":1}\r\n\r\nevent: point\r\ndata: {\"x\":2}\r\n\r\ndata: [DONE]\r\n\r\n";
    let shown = examples(&operation(Points, "post"), "200");
    assert_eq!(shown["text/event-stream"], text(drawn));
    let shown = examples(&operation(Points, "query"), "200");
    assert_eq!(shown["application/jsonl"], text(lines));
    let body = &operation(Points, "put")["requestBody"]["content"];
    assert_eq!(body["application/jsonl"]["examples"], text(lines));
    assert_eq!(body["text/jsonl"]["examples"], text(lines));
    // The examples of an endpoint take the place of those of the type.
    let shown = examples(&operation(Points, "patch"), "200");
    let own = json!({"own": {"serializedValue": "{\"x\":7}\n"}});
    assert_eq!(shown["application/jsonl"], own);
}

struct Wrong;

#[controller]
impl Controller for Wrong {
    #[modify(examples = [
        Example::new("low", log(-1, "")),
        Example::new("same", log(1, "")),
        Example::new("same", log(1, "")),
        Example::events("many", logs()),
    ])]
    async fn get(&self) -> Log {
        log(1, "")
    }

    #[modify(examples = [
        Example::events("low", [log(1, ""), log(-1, "")]),
        Example::new("one", log(1, "")),
    ])]
    async fn post(&self) -> Events<'_, Log, (JsonLines, Sse)> {
        events! { yield log(1, ""); }
    }

    #[validate(ResponseSpec::file(StatusCode::OK, "image/png").examples([Example::new("x", 1)]))]
    async fn put(&self) -> Response {
        Response::empty(StatusCode::OK)
    }
}

#[test]
fn an_example_that_does_not_match_is_an_error() {
    let errors = router(Wrong).build().expect_err("it is wrong");
    assert_eq!(
        errors.errors(),
        [
            "GET /: the example `low` of the response 200: Expected `int` >= 0 - at `$.level`",
            "GET /: the example `same` of the response 200: another example has the name",
            "GET /: the example `many` of the response 200: the response is not a stream: write \
             `Example::new(name, body)`",
            "POST /: the example `low` of the response 200: Expected `int` >= 0 - at `$.level`",
            "POST /: the example `one` of the response 200: the response is a stream: write \
             `Example::events(name, [event, …])`",
            "PUT /: the example `x` of the response 200: a file has no examples",
        ]
    );
}
