//! The media types of streams, and server-sent events as bodies of requests.

use std::marker::PhantomData;

use dmr::component::ItemReport;
use dmr::serializer::{Form, MessagePack, Multipart, SerdeJson, SonicJson};
use dmr::stream::format::{
    Csv, Format, GeoJsonSeq, JsonArray, JsonLines, JsonSeq, MultipartMixed, NdJson, Sse,
    TextJsonLines,
};
use dmr::stream::{Events, ItemFormat, SseEvent, ValueOrItems, events};
use dmr::{Body, BodyStream, Controller, Error, Router, Settings, SseEvents, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{get, send, send_body, serve};
use crate::log::Log;
use crate::openapi::assert_valid;

fn router(controller: impl Controller) -> Router {
    let settings = Settings::new().debug(false).format_suffix(true);
    Router::new("").settings(settings).route("x/", controller)
}

fn document(router: Router) -> Value {
    let api = router.build().expect("it is right");
    let document = serde_json::from_slice(api.openapi()).expect("JSON");
    assert_valid(&document);
    document
}

/// The media types of a `content`.
fn media_types(content: &Value) -> Vec<String> {
    let content = content.as_object().expect("an object");
    content.keys().cloned().collect()
}

/// Every media type of dmr, and some that a client might try.
const TRIED: [&str; 20] = [
    "application/jsonl",
    "text/jsonl",
    "application/x-jsonlines",
    "application/x-ndjson",
    "application/ndjson",
    "application/json-seq",
    "application/geo+json-seq",
    "text/event-stream",
    "application/event-stream",
    "text/csv",
    "application/csv",
    "application/json",
    "text/json",
    "application/problem+json",
    "multipart/mixed",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
    "application/msgpack",
    "application/x-msgpack",
    "application/vnd.msgpack",
];

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Row {
    n: u8,
}

/// One row, as a stream.
struct Sent<F>(PhantomData<fn() -> F>);

#[controller]
impl<F: Format> Controller for Sent<F> {
    async fn get(&self) -> Events<'_, Row, F> {
        events! { yield Row { n: 1 }; }
    }
}

/// Rows, read item by item.
struct Read<F>(PhantomData<fn() -> F>);

#[controller]
impl<F: ItemFormat> Controller for Read<F> {
    async fn put(&self, mut rows: BodyStream<Row, F>) -> Result<ItemReport, Error> {
        let mut report = ItemReport::default();
        while rows.next_valid(&mut report).await?.is_some() {}
        Ok(report)
    }
}

#[track_caller]
fn assert_answers_what_it_documents(router: impl Fn() -> Router) {
    let document = document(router());
    let documented = media_types(&document["paths"]["/x/"]["get"]["responses"]["200"]["content"]);
    assert!(!documented.is_empty());
    let address = serve(router());
    for media_type in TRIED {
        let answer = send(&address, "GET", "/x/", &[("Accept", media_type)]);
        let is_documented = documented.iter().any(|known| known == media_type);
        let status = if is_documented { 200 } else { 406 };
        assert_eq!(answer.status, status, "{media_type} of {documented:?}");
        if is_documented {
            let content_type = answer.header("content-type");
            assert!(content_type.starts_with(media_type), "{content_type}");
        }
    }
}

#[track_caller]
fn assert_reads_what_it_documents(router: impl Fn() -> Router) {
    let document = document(router());
    let documented = media_types(&document["paths"]["/x/"]["put"]["requestBody"]["content"]);
    assert!(!documented.is_empty());
    let address = serve(router());
    for media_type in TRIED {
        let headers = [("Content-Type", media_type)];
        let answer = send_body(&address, "PUT", "/x/", &headers, b"");
        let is_documented = documented.iter().any(|known| known == media_type);
        let is_refused = answer
            .body
            .contains("Cannot parse request body with content type");
        assert_eq!(!is_refused, is_documented, "{media_type} of {documented:?}");
    }
}

#[test]
fn a_media_type_is_documented_where_it_is_answered() {
    fn check<F: Format>() {
        assert_answers_what_it_documents(|| router(Sent::<F>(PhantomData)));
    }
    check::<JsonLines>();
    check::<TextJsonLines>();
    check::<NdJson>();
    check::<JsonSeq>();
    check::<GeoJsonSeq>();
    check::<Sse>();
    check::<JsonArray>();
    check::<Csv>();
    check::<MultipartMixed>();
}

#[test]
fn a_media_type_is_documented_where_it_is_read() {
    fn check<F: ItemFormat>() {
        assert_reads_what_it_documents(|| router(Read::<F>(PhantomData)));
    }
    check::<JsonLines>();
    check::<TextJsonLines>();
    check::<NdJson>();
    check::<JsonSeq>();
    check::<GeoJsonSeq>();
    check::<Sse>();
    check::<Csv>();
}

struct Whole;

#[controller(
    renderers = (SerdeJson, MessagePack),
    parsers = (SonicJson, Form, Multipart, MessagePack)
)]
impl Controller for Whole {
    async fn get(&self) -> Row {
        Row { n: 1 }
    }

    async fn put(&self, row: Body<Row>) -> Row {
        row.0
    }
}

#[test]
fn whole_bodies_are_documented_where_they_are_read_and_answered() {
    assert_answers_what_it_documents(|| router(Whole));
    assert_reads_what_it_documents(|| router(Whole));
}

struct Rows;

#[controller]
impl Controller for Rows {
    async fn get(&self) -> ValueOrItems<Vec<Row>, (JsonLines, TextJsonLines)> {
        ValueOrItems::new(vec![Row { n: 1 }, Row { n: 2 }])
    }
}

/// Two formats of one name: a URL chooses the first one, `Accept` chooses either.
#[test]
fn json_lines_under_both_media_types() {
    let settings = Settings::new().debug(false).format_suffix(true);
    let settings = settings.format_parameter("format");
    let router = || Router::new("").settings(settings.clone()).route("x/", Rows);
    assert_answers_what_it_documents(router);
    let address = serve(router());
    let lines = "{\"n\":1}\n{\"n\":2}\n";
    let text = send(&address, "GET", "/x/", &[("Accept", "text/jsonl")]);
    assert_eq!(
        (text.header("content-type"), &*text.body),
        ("text/jsonl", lines)
    );
    for path in ["/x.jsonl", "/x/?format=jsonl"] {
        let answer = get(&address, path);
        let content_type = answer.header("content-type");
        assert_eq!((content_type, &*answer.body), ("application/jsonl", lines));
    }
    let document = document(router());
    let operation = |path: &str| &document["paths"][path]["get"];
    let content = &operation("/x.jsonl")["responses"]["200"]["content"];
    assert_eq!(media_types(content), ["application/jsonl"]);
    let parameter = &operation("/x/")["parameters"][0];
    assert_eq!(parameter["schema"]["enum"], json!(["json", "jsonl"]));
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Reading {
    #[schemars(range(min = -90, max = 60))]
    celsius: f64,
}

/// Events with and without a name, texts and sentinels.
#[derive(Debug, SseEvents)]
enum Answer {
    #[event(unnamed)]
    Reading(Reading),
    #[event(unnamed, raw)]
    Text(String),
    Total(u32),
    Closed,
    #[event(data = "[DONE]")]
    Done,
}

/// An enum that cannot be read is still sent.
#[derive(SseEvents)]
enum OnlySent {
    #[event(raw)]
    Text(&'static str),
}

struct Echo;

#[controller(max_item_size = 60)]
impl Controller for Echo {
    async fn get(&self) -> dmr::Sse<'_, OnlySent> {
        events! { yield OnlySent::Text("sent"); }
    }

    async fn post(&self, mut readings: BodyStream<Reading, Sse>) -> Result<ItemReport, Error> {
        let mut report = ItemReport::default();
        while readings.next_valid(&mut report).await?.is_some() {}
        Ok(report)
    }

    async fn put(
        &self,
        mut read: BodyStream<SseEvent<Reading>, Sse>,
    ) -> Result<Vec<SseEvent<Reading>>, Error> {
        let mut events = Vec::new();
        while let Some(event) = read.next().await {
            events.push(event?);
        }
        Ok(events)
    }

    async fn patch(&self, mut read: BodyStream<Answer, Sse>) -> Result<Vec<String>, Error> {
        let mut events = Vec::new();
        while let Some(event) = read.next().await {
            events.push(format!("{:?}", event?));
        }
        Ok(events)
    }

    async fn query(
        &self,
        mut read: BodyStream<SseEvent<Answer>, Sse>,
    ) -> Result<Vec<String>, Error> {
        let mut events = Vec::new();
        while let Some(event) = read.next().await {
            let event = event?;
            let id = event.event_id().unwrap_or_default().to_owned();
            events.push(format!("{id} {:?}", event.into_data()));
        }
        Ok(events)
    }
}

fn sent(address: &str, method: &str, body: &str) -> (u16, Value) {
    let headers = [("Content-Type", "text/event-stream; charset=utf-8")];
    let answer = send_body(address, method, "/x/", &headers, body.as_bytes());
    (
        answer.status,
        serde_json::from_str(&answer.body).expect("JSON"),
    )
}

#[test]
fn server_sent_events_are_read_from_a_request() {
    let address = serve(router(Echo));
    let body = "\u{feff}: a comment\rdata: {\"celsius\":\rdata: 20}\r\r\
                id: 7\n\ndata:{\"celsius\":99}\n\ndata: x\r\n\r\nunknown: 1\ndata: {\"celsius\":1}\n\n";
    let (status, report) = sent(&address, "POST", body);
    assert_eq!((status, &report["accepted"]), (201, &json!(2)), "{report}");
    let lines = [&report["errors"][0]["line"], &report["errors"][1]["line"]];
    assert_eq!(lines, [&json!(2), &json!(3)], "{report}");
    let (_, report) = sent(
        &address,
        "POST",
        "data: {\"celsius\":1}\n\ndata: {\"celsius\":2}",
    );
    let cut = &report["errors"][0]["detail"][0]["msg"];
    let text = "Expected an empty line after the event, it may have been cut off";
    assert_eq!((&report["accepted"], cut), (&json!(1), &json!(text)));
    assert_eq!(
        get(&address, "/x/").body,
        "event: text\r\ndata: sent\r\n\r\n"
    );
}

#[test]
fn an_event_is_limited_while_it_is_read() {
    let address = serve(router(Echo));
    for long in [
        format!("data: {}\n\n", "1".repeat(2000)),
        format!("data: {}", "1".repeat(2000)),
        format!("{}\n\n", "data: 1\n".repeat(40)),
        format!(": {}\n\n", "1".repeat(200_000)),
    ] {
        let (status, error) = sent(&address, "PUT", &long);
        assert_eq!(status, 413, "{error}");
    }
}

#[test]
fn an_event_has_its_fields() {
    let address = serve(router(Echo));
    let body =
        "id: 1\nevent: new\nretry: 5\ndata: {\"celsius\":1}\n\n: ping\n\ndata: {\"celsius\":2}\n\n";
    let fields = |name: Value, id: Value, retry: Value, celsius: f64| json!({"data": {"celsius": celsius}, "event": name, "id": id, "retry": retry, "comment": null});
    let expected = json!([
        fields(json!("new"), json!("1"), json!(5), 1.0),
        fields(Value::Null, Value::Null, Value::Null, 2.0)
    ]);
    assert_eq!(sent(&address, "PUT", body), (200, expected));
    let (status, error) = sent(&address, "PUT", "data: {\"celsius\":99}\n\n");
    let message = error["detail"][0]["msg"].as_str().expect("a text");
    assert!(
        message.ends_with("at `$.parsed_body.data.celsius`"),
        "{message}"
    );
    assert_eq!(status, 400);
    // Data cannot add fields to its event.
    let (status, error) = sent(&address, "PUT", "data: {\"celsius\":1},\"id\":\"2\"\n\n");
    assert_eq!(status, 400, "{error}");
}

#[test]
fn an_event_becomes_a_variant() {
    let address = serve(router(Echo));
    let body = "data: {\"celsius\":1}\n\ndata: any text\n\nevent: total\ndata: 7\n\n\
                event: closed\ndata: null\n\ndata: [DONE]\n\n";
    let expected = [
        "Reading(Reading { celsius: 1.0 })",
        "Text(\"any text\")",
        "Total(7)",
        "Closed",
        "Done",
    ];
    assert_eq!(sent(&address, "PATCH", body), (200, json!(expected)));
    for (body, message) in [
        (
            "event: other\ndata: 7\n\n",
            "line 1: Unknown event 'other', expected=['total', 'closed']",
        ),
        (
            "event: total\ndata: -1\n\n",
            "line 1: Expected `int` >= 0 - at `$.parsed_body.data`",
        ),
        (
            "event: total\ndata: x\n\n",
            "line 1: expected value at line 1 column 1",
        ),
    ] {
        let (status, error) = sent(&address, "PATCH", body);
        assert_eq!((status, &error["detail"][0]["msg"]), (400, &json!(message)));
    }
    let body = "id: 1\nevent: total\ndata: 7\n\n";
    assert_eq!(
        sent(&address, "QUERY", body),
        (200, json!(["1 Some(Total(7))"]))
    );
}

/// The types of events read exactly what their schemas say, so the build has nothing to log.
#[test]
fn the_build_finds_nothing_to_say_about_events() {
    let log = Log::default();
    tracing::subscriber::with_default(log.subscriber(), || {
        router(Echo).build().expect("it is right");
    });
    assert_eq!(log.text(), "");
}

/// The document describes the parsed event, as it does for a response.
#[test]
fn the_document_of_a_body_of_events() {
    let document = document(router(Echo));
    let item = |method: &str| {
        let body = &document["paths"]["/x/"][method]["requestBody"];
        body["content"]["text/event-stream"]["itemSchema"].clone()
    };
    let data = json!({
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": {"$ref": "#/components/schemas/Reading"},
    });
    let expected = json!({"type": "object", "properties": {"data": data}, "required": ["data"]});
    assert_eq!(item("post"), expected);
    assert_eq!(item("put")["properties"]["data"], data);
    assert_eq!(item("put")["properties"]["id"], json!({"type": "string"}));
    assert_eq!(item("patch")["oneOf"].as_array().map(Vec::len), Some(4));
}
