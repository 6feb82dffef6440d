//! A million items in one body: the memory of the server does not grow. The test has its own
//! process, in which nothing else grows.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;

use client::{Connection, resident_memory, serve};
use dmr::component::{BodyStream, ItemReport};
use dmr::stream::format::JsonLines;
use dmr::{Controller, Error, Router, Settings, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const MAX_GROWTH: u64 = 4 * 1024 * 1024;

#[derive(Serialize, Deserialize, JsonSchema)]
struct Reading {
    place: String,
    #[schemars(range(min = -90, max = 60))]
    celsius: f64,
}

struct Readings;

#[controller]
impl Controller for Readings {
    async fn put(&self, mut readings: BodyStream<Reading, JsonLines>) -> Result<ItemReport, Error> {
        let mut report = ItemReport::default();
        while readings.next_valid(&mut report).await?.is_some() {}
        Ok(report)
    }
}

#[test]
fn memory_is_constant() {
    let settings = Settings::new().debug(false).max_upload_size(1 << 40);
    let address = serve(Router::new("").settings(settings).route("", Readings));
    let lines = "{\"place\":\"Rome\",\"celsius\":20}\n".repeat(2000);
    let chunk = format!("{:x}\r\n{lines}\r\n", lines.len());
    let mut connection = Connection::open(&address);
    connection.write(
        b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/jsonl\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    // The allocator takes its reserves early.
    for _ in 0..100 {
        connection.write(chunk.as_bytes());
    }
    let before = resident_memory("self");
    for _ in 0..400 {
        connection.write(chunk.as_bytes());
    }
    let grown = resident_memory("self").saturating_sub(before);
    connection.write(b"0\r\n\r\n");
    let response = connection.response();
    assert_eq!(
        response.body,
        r#"{"accepted":1000000,"rejected":0,"errors":[]}"#
    );
    assert!(grown < MAX_GROWTH, "grown by {grown}");
}
