//! Request bodies that are read item by item.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod openapi;

use client::{Connection, Response, send_body, serve};
use dmr::component::{BodyStream, ItemReport};
use dmr::stream::format::{Csv, GeoJsonSeq, JsonLines, JsonSeq, NdJson};
use dmr::stream::{ItemFormat, try_events};
use dmr::{Controller, Error, Router, Settings, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::marker::PhantomData;

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reading {
    place: String,
    #[schemars(range(min = -90, max = 60))]
    celsius: f64,
}

struct Readings<F>(PhantomData<fn() -> F>);

#[controller(max_item_size = 300)]
impl<F: ItemFormat> Controller for Readings<F> {
    /// Stop at the first bad item.
    async fn post(&self, mut readings: BodyStream<Reading, F>) -> Result<f64, Error> {
        let mut sum = 0.0;
        while let Some(reading) = readings.next().await {
            sum += reading?.celsius;
        }
        Ok(sum)
    }

    /// Say which items are bad.
    async fn put(&self, mut readings: BodyStream<Reading, F>) -> Result<ItemReport, Error> {
        let mut report = ItemReport::default();
        while let Some(reading) = readings.next_valid(&mut report).await? {
            if reading.place.is_empty() {
                report.refuse(readings.line(), "It is nowhere");
            }
        }
        Ok(report)
    }

    /// Count the errors, and never stop.
    async fn query(&self, mut readings: BodyStream<Reading, F>) -> u32 {
        let mut errors = 0;
        while let Some(reading) = readings.next().await {
            errors += u32::from(reading.is_err());
        }
        errors
    }

    /// Read and write at the same time.
    async fn patch(&self, mut readings: BodyStream<Reading, F>) -> dmr::JsonLines<'_, f64> {
        try_events! {
            while let Some(reading) = readings.next().await {
                yield reading?.celsius * 1.8 + 32.0;
            }
        }
    }
}

fn router<F: ItemFormat>() -> Router {
    let settings = Settings::new().debug(false);
    Router::new("")
        .settings(settings)
        .route("", Readings::<F>(PhantomData))
}

fn send(address: &str, method: &str, content_type: &str, body: &str) -> Response {
    send_body(
        address,
        method,
        "/",
        &[("Content-Type", content_type)],
        body.as_bytes(),
    )
}

#[track_caller]
fn assert_is(response: &Response, status: u16, body: &str) {
    assert_eq!((response.status, response.body.as_str()), (status, body));
}

fn error(msg: &str) -> String {
    let msg = serde_json::to_string(msg).expect("a text");
    format!("{{\"detail\":[{{\"msg\":{msg},\"type\":\"value_error\"}}]}}")
}

const GOOD: &str = "{\"place\":\"Rome\",\"celsius\":20}\n\n{\"place\":\"Oslo\",\"celsius\":1.5}";

#[test]
fn items_are_read_one_by_one() {
    for (media_type, address) in [
        ("application/jsonl", serve(router::<JsonLines>())),
        ("text/jsonl; charset=utf-8", serve(router::<JsonLines>())),
        ("application/x-ndjson", serve(router::<NdJson>())),
    ] {
        assert_is(&send(&address, "POST", media_type, GOOD), 201, "21.5");
        assert_is(&send(&address, "POST", media_type, ""), 201, "0.0");
    }
    let sequence =
        "\x1e{\"place\":\"Rome\",\"celsius\":20}\n\x1e{\"place\":\"Oslo\",\"celsius\":1.5}\n";
    let address = serve(router::<JsonSeq>());
    assert_is(
        &send(&address, "POST", "application/json-seq", sequence),
        201,
        "21.5",
    );
    let address = serve(router::<GeoJsonSeq>());
    assert_is(
        &send(&address, "POST", "application/geo+json-seq", sequence),
        201,
        "21.5",
    );
    let table = "celsius,place\r\n20,Rome\r\n1.5,\"Os\"\"lo\"\r\n";
    let address = serve(router::<Csv>());
    assert_is(&send(&address, "POST", "text/csv", table), 201, "21.5");
}

#[test]
fn the_first_bad_item_ends_it() {
    let address = serve(router::<JsonLines>());
    let post = |body: &str| send(&address, "POST", "application/jsonl", body);
    assert_is(
        &post("{\"place\":\"Rome\",\"celsius\":20}\n{\"place\":1,\"celsius\":99}\n{}"),
        400,
        "{\"detail\":[{\"msg\":\"line 2: Expected `str`, got `int` - at `$.parsed_body.place`\",\"type\":\"value_error\"},\
         {\"msg\":\"line 2: Expected `int` <= 60 - at `$.parsed_body.celsius`\",\"type\":\"value_error\"}]}",
    );
    let broken = post("\n{\"place\":");
    assert_eq!(broken.status, 400);
    assert!(
        broken.body.contains("line 2: EOF while parsing"),
        "{}",
        broken.body
    );
    let long = format!("{{\"place\":\"{}\",\"celsius\":1}}", "x".repeat(400));
    assert_is(
        &post(&long),
        413,
        &error("line 1: The item is larger than 300 bytes"),
    );
    let wrong = send(&address, "POST", "application/json", "{}");
    assert_is(
        &wrong,
        400,
        &error(
            "Cannot parse request body with content type 'application/json', expected=['application/jsonl', 'text/jsonl']",
        ),
    );
}

#[test]
fn or_bad_items_are_reported() {
    let long = format!("{{\"place\":\"{}\",\"celsius\":1}}", "x".repeat(400));
    let body = [
        "{\"place\":\"Rome\",\"celsius\":20}",
        "{\"place\":\"Rome\"}",
        &long,
        "{\"place\":\"\",\"celsius\":1}",
        "[\"Rome\",20]",
        "{\"place\":\"Oslo\",\"celsius\":1}",
    ];
    let response = send(
        &serve(router::<JsonLines>()),
        "PUT",
        "application/jsonl",
        &body.join("\n"),
    );
    let rejected = |line: u64, msg: &str| json!({"line": line, "detail": [{"msg": msg, "type": "value_error"}]});
    assert_eq!(response.status, 200);
    assert_eq!(
        serde_json::from_str::<Value>(&response.body).expect("JSON"),
        json!({"accepted": 2, "rejected": 4, "errors": [
            rejected(2, "Object missing required field `celsius` - at `$.parsed_body`"),
            rejected(3, "The item is larger than 300 bytes"),
            rejected(4, "It is nowhere"),
            rejected(5, "Expected `object`, got `array` - at `$.parsed_body`"),
        ]})
    );
    let table = "place,celsius\r\nRome,warm\r\nOslo\r\n";
    let response = send(&serve(router::<Csv>()), "PUT", "text/csv", table);
    assert_eq!(
        serde_json::from_str::<Value>(&response.body).expect("JSON"),
        json!({"accepted": 0, "rejected": 2, "errors": [
            rejected(1, "Expected `float`, got `str` - at `$.parsed_body.celsius`"),
            rejected(2, "Expected as many fields as the first line has"),
        ]})
    );
}

fn chunk(connection: &mut Connection, text: &str) {
    connection.write(format!("{:x}\r\n{text}\r\n", text.len()).as_bytes());
}

fn begin(address: &str, method: &str) -> Connection {
    let mut connection = Connection::open(address);
    let head = "HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/jsonl\r\nTransfer-Encoding: chunked";
    connection.write(format!("{method} / {head}\r\n\r\n").as_bytes());
    connection
}

#[test]
fn an_endpoint_reads_and_writes_at_the_same_time() {
    let address = serve(router::<JsonLines>());
    let mut connection = begin(&address, "PATCH");
    chunk(&mut connection, "{\"place\":\"Rome\",\"celsius\":20}\n");
    let (status, _) = connection.head();
    assert_eq!(status, 200);
    let mut next = || connection.chunk().expect("not cut").expect("an event");
    assert_eq!(next(), b"68.0\n");
    for celsius in [10, 0, -40] {
        let line = format!("{{\"place\":\"Rome\",\"celsius\":{celsius}}}\n");
        chunk(&mut connection, &line);
        let expected = format!("{:.1}\n", f64::from(celsius) * 1.8 + 32.0);
        let answer = connection.chunk().expect("not cut").expect("an event");
        assert_eq!(String::from_utf8_lossy(&answer), expected);
    }
    // A bad item ends the stream.
    chunk(&mut connection, "{\"place\":\"Rome\"}\n");
    let last = connection.chunk().expect("not cut").expect("an event");
    let wrong = error("line 5: Object missing required field `celsius` - at `$.parsed_body`");
    assert_eq!(String::from_utf8_lossy(&last), wrong + "\n");
    assert_eq!(connection.chunk().expect("not cut"), None);
}

#[test]
fn a_body_that_is_too_long_or_cut() {
    let settings = Settings::new().debug(false).max_upload_size(1000);
    let readings = Readings::<JsonLines>(PhantomData);
    let address = serve(Router::new("").settings(settings).route("", readings));
    let mut connection = begin(&address, "PUT");
    for _ in 0..100 {
        let line = "{\"place\":\"Rome\",\"celsius\":20}\n";
        let framed = format!("{:x}\r\n{line}\r\n", line.len());
        if connection.try_write(framed.as_bytes()).is_err() {
            break;
        }
    }
    let too_large = error("Request content is larger than 1000 bytes");
    assert_is(&connection.response(), 413, &too_large);
    // Nothing follows the last error, even if a part of a line is left.
    let mut connection = begin(&address, "QUERY");
    chunk(&mut connection, "{\"pla");
    chunk(&mut connection, &"x".repeat(1000));
    assert_is(&connection.response(), 200, "1");
    let announced = send(&address, "PUT", "application/jsonl", &GOOD.repeat(100));
    assert_is(&announced, 413, &too_large);
}

#[test]
fn the_document_describes_the_items() {
    let api = router::<JsonLines>().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    openapi::assert_valid(&document);
    let operation = &document["paths"]["/"]["put"];
    let items = json!({"itemSchema": {"$ref": "#/components/schemas/Reading"}});
    assert_eq!(
        operation["requestBody"],
        json!({
            "content": {"application/jsonl": items, "text/jsonl": items},
            "required": false,
        })
    );
    let statuses: Vec<&String> = operation["responses"]
        .as_object()
        .expect("responses")
        .keys()
        .collect();
    assert_eq!(statuses, ["200", "400", "413", "422", "406"]);
}
