//! Any texts and bytes: what is written is read back by the readers of others.

#![no_main]

#[path = "../../tests/framing/bytes.rs"]
mod bytes;

use self::bytes::{framed, pieces};
use arbitrary::Arbitrary;
use dmr::stream::BodyPart;
use dmr::stream::format::{Csv, Format, JsonArray, JsonLines, JsonSeq, MultipartMixed};
use futures_util::FutureExt;
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Arbitrary, Serialize, Deserialize)]
struct Row {
    text: String,
    number: i64,
    flag: Option<bool>,
}

fn rows(texts: impl Iterator<Item = impl AsRef<[u8]>>) -> Vec<Row> {
    texts
        .map(|text| serde_json::from_slice(text.as_ref()).expect("a row"))
        .collect()
}

fuzz_target!(|input: (u8, Vec<Row>, Vec<Vec<u8>>)| {
    let (length, sent, contents) = input;
    let (_, lines) = framed::<JsonLines, _>(&sent);
    assert_eq!(rows(lines.split_inclusive(|byte| *byte == b'\n')), sent);
    let (_, sequence) = framed::<JsonSeq, _>(&sent);
    assert_eq!(rows(sequence.split(|byte| *byte == 0x1e).skip(1)), sent);
    let (_, array) = framed::<JsonArray, _>(&sent);
    assert_eq!(
        serde_json::from_slice::<Vec<Row>>(&array).expect("an array"),
        sent
    );
    let (_, table) = framed::<Csv, _>(&sent);
    let read: Vec<Row> = csv::Reader::from_reader(&*table)
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect();
    assert_eq!(read, sent);

    let parts: Vec<BodyPart> = contents
        .iter()
        .map(|content| BodyPart::of("image/png", content.clone()))
        .collect();
    let (format, bytes) = framed::<MultipartMixed, _>(&parts);
    let content_type = format.content_type().into_owned();
    let boundary = content_type
        .split_once("boundary=")
        .expect("a boundary")
        .1
        .to_owned();
    let read = async {
        let mut multipart = multer::Multipart::new(pieces(&bytes, length.into()), boundary);
        let mut read = Vec::new();
        while let Some(part) = multipart.next_field().await.expect("a part") {
            read.push(part.bytes().await.expect("its content").to_vec());
        }
        read
    };
    assert_eq!(read.now_or_never().expect("it never waits"), contents);
});
