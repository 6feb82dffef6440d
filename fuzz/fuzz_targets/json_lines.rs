//! Any bytes: no panic, and what can be read is written back and read again alike.

#![no_main]

#[path = "../../tests/framing/bytes.rs"]
mod bytes;

use self::bytes::{collected, pieces};
use dmr::client::{JsonLinesReader, json_lines};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|input: (u8, &[u8])| {
    let (length, bytes) = input;
    collected(JsonLinesReader::<Value, _>::new(pieces(bytes, length.into())).max_line(16));
    let read = collected(JsonLinesReader::<Value, _>::new(pieces(
        bytes,
        length.into(),
    )));
    let values: Vec<Value> = read.into_iter().filter_map(Result::ok).collect();
    let written = json_lines::to_vec(&values).expect("values are JSON");
    let again: Vec<Value> = json_lines::from_slice(&written).expect("it was written here");
    assert_eq!(
        json_lines::to_vec(&again).expect("values are JSON"),
        written
    );
});
