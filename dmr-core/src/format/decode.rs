//! The decoders of the formats: from bytes to items.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use csv_core::{ReadRecordResult, Reader};
use dmr_client::ParsedEvent;
use tokio_util::codec::{AnyDelimiterCodec, AnyDelimiterCodecError, Decoder as _};

use super::decode_events::ServerSentEvents;
use super::{Csv, Format, GeoJsonSeq, JsonLines, JsonSeq, NdJson, Sse, TextJsonLines};

/// A format that a [`BodyStream`](crate::component::BodyStream) can read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a format for items of a request body",
    label = "cannot be read item by item",
    note = "the formats are `JsonLines`, `TextJsonLines`, `NdJson`, `JsonSeq`, `GeoJsonSeq`, `Csv` and `Sse`"
)]
pub trait ItemFormat: Format {
    /// Other media types under which clients may send the format. The document lists them too.
    const ALIASES: &'static [&'static str] = &[];

    #[doc(hidden)]
    type Decoder: Decoder;
}

impl ItemFormat for JsonLines {
    const ALIASES: &'static [&'static str] = &["text/jsonl"];
    type Decoder = Lines;
}

impl ItemFormat for TextJsonLines {
    type Decoder = Lines;
}

impl ItemFormat for NdJson {
    const ALIASES: &'static [&'static str] = &["application/ndjson"];
    type Decoder = Lines;
}

impl ItemFormat for JsonSeq {
    type Decoder = Sequence;
}

impl ItemFormat for GeoJsonSeq {
    type Decoder = Sequence;
}

impl ItemFormat for Csv {
    type Decoder = Records;
}

impl ItemFormat for Sse {
    type Decoder = ServerSentEvents;
}

/// Cuts bytes into items.
#[doc(hidden)]
pub trait Decoder: 'static {
    /// What the items are.
    const KIND: ItemKind;

    /// Makes a decoder for items of up to `max_item` bytes.
    fn new(max_item: usize) -> Self;

    /// Takes the next item out of `input`. With `is_end`, no more bytes follow.
    fn decode(&mut self, input: &mut BytesMut, is_end: bool) -> Decoded;
}

/// What the items of a format are.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// JSON.
    Json,
    /// Named fields of text.
    Fields,
    /// Server-sent events.
    Events,
}

/// The result of a [`Decoder`].
#[doc(hidden)]
#[derive(Debug, PartialEq)]
pub enum Decoded {
    /// More bytes are needed. At the end: no more items follow.
    Nothing,
    /// An item of JSON.
    Json(Bytes),
    /// An item of named fields.
    Fields(Vec<(Arc<str>, String)>),
    /// A server-sent event.
    Event(ParsedEvent),
    /// The place of an item is blank, such as an empty line.
    Blank,
    /// A broken item. Others may follow.
    Broken(&'static str),
    /// An item with more bytes than allowed. The rest of it is skipped.
    TooLong,
}

/// Cuts items at delimiters, which stand before or after them.
fn delimited(
    codec: &mut AnyDelimiterCodec,
    input: &mut BytesMut,
    is_end: bool,
) -> Result<Option<Bytes>, Decoded> {
    let decoded = if is_end {
        codec.decode_eof(input)
    } else {
        codec.decode(input)
    };
    decoded.map_err(|error| match error {
        AnyDelimiterCodecError::MaxChunkLengthExceeded => Decoded::TooLong,
        AnyDelimiterCodecError::Io(_) => Decoded::Nothing,
    })
}

/// The decoder of JSON Lines: items end with a line feed, blank lines are ignored.
#[doc(hidden)]
#[derive(Debug)]
pub struct Lines(AnyDelimiterCodec);

impl Decoder for Lines {
    const KIND: ItemKind = ItemKind::Json;

    fn new(max_item: usize) -> Self {
        let feed = || b"\n".to_vec();
        Self(AnyDelimiterCodec::new_with_max_length(
            feed(),
            feed(),
            max_item,
        ))
    }

    fn decode(&mut self, input: &mut BytesMut, is_end: bool) -> Decoded {
        match delimited(&mut self.0, input, is_end) {
            Ok(None) => Decoded::Nothing,
            Ok(Some(line)) if line.trim_ascii().is_empty() => Decoded::Blank,
            Ok(Some(line)) => Decoded::Json(line),
            Err(problem) => problem,
        }
    }
}

/// The decoder of JSON text sequences: a record separator begins an item.
#[doc(hidden)]
#[derive(Debug)]
pub struct Sequence(AnyDelimiterCodec);

impl Decoder for Sequence {
    const KIND: ItemKind = ItemKind::Json;

    fn new(max_item: usize) -> Self {
        let separator = || b"\x1e".to_vec();
        Self(AnyDelimiterCodec::new_with_max_length(
            separator(),
            separator(),
            max_item,
        ))
    }

    fn decode(&mut self, input: &mut BytesMut, is_end: bool) -> Decoded {
        match delimited(&mut self.0, input, is_end) {
            Ok(None) => Decoded::Nothing,
            // Before the first separator, and between two adjacent ones (RFC 7464, 2.1).
            Ok(Some(text)) if text.trim_ascii().is_empty() => Decoded::Blank,
            Ok(Some(text)) if is_cut(&text) => {
                Decoded::Broken("Expected a line feed after the item, it may have been cut off")
            }
            Ok(Some(text)) => Decoded::Json(text),
            Err(problem) => problem,
        }
    }
}

/// Whether an item may be the beginning of a longer one, because nothing marks its end (RFC 7464,
/// 2.4).
fn is_cut(text: &[u8]) -> bool {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'}' | b']' | b'"');
    !text.last().is_some_and(ends)
}

/// The decoder of CSV: the first record has the names of the fields.
#[doc(hidden)]
#[derive(Debug)]
pub struct Records {
    reader: Box<Reader>,
    names: Option<Vec<Arc<str>>>,
    /// The fields of the record so far, without separators.
    record: Vec<u8>,
    length: usize,
    ends: Vec<usize>,
    fields: usize,
    max_item: usize,
    skipping: bool,
}

impl Decoder for Records {
    const KIND: ItemKind = ItemKind::Fields;

    fn new(max_item: usize) -> Self {
        Self {
            reader: Box::new(Reader::new()),
            names: None,
            record: vec![0; 256],
            length: 0,
            ends: vec![0; 16],
            fields: 0,
            max_item,
            skipping: false,
        }
    }

    fn decode(&mut self, input: &mut BytesMut, is_end: bool) -> Decoded {
        loop {
            if input.is_empty() && !is_end {
                return Decoded::Nothing;
            }
            let (result, read, written, ended) = self.reader.read_record(
                input,
                &mut self.record[self.length..],
                &mut self.ends[self.fields..],
            );
            let _ = input.split_to(read);
            self.length += written;
            self.fields += ended;
            match result {
                ReadRecordResult::InputEmpty if is_end => {}
                ReadRecordResult::InputEmpty => return Decoded::Nothing,
                ReadRecordResult::OutputFull if self.record.len() > self.max_item => {
                    // The record is read to its end and dropped.
                    self.skipping = true;
                    self.length = 0;
                }
                ReadRecordResult::OutputFull => {
                    let length = self.record.len() * 2;
                    self.record.resize(length, 0);
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() > MAX_FIELDS => {
                    self.skipping = true;
                    self.fields = 0;
                }
                ReadRecordResult::OutputEndsFull => {
                    let length = self.ends.len() * 2;
                    self.ends.resize(length, 0);
                }
                ReadRecordResult::Record => {
                    if let Some(decoded) = self.record() {
                        return decoded;
                    }
                }
                ReadRecordResult::End => return Decoded::Nothing,
            }
        }
    }
}

/// The greatest number of fields of a record.
const MAX_FIELDS: usize = 4096;

impl Records {
    /// Ends a record. `None` if it had the names of the fields.
    fn record(&mut self) -> Option<Decoded> {
        let (length, fields) = (self.length, self.fields);
        self.length = 0;
        self.fields = 0;
        if std::mem::take(&mut self.skipping) {
            return Some(Decoded::TooLong);
        }
        let Ok(text) = std::str::from_utf8(&self.record[..length]) else {
            return Some(Decoded::Broken("Invalid UTF-8"));
        };
        let mut values = Vec::with_capacity(fields);
        let mut start = 0;
        for end in &self.ends[..fields] {
            // A character must not span two fields.
            match text.get(start..*end) {
                Some(value) => values.push(value.to_owned()),
                None => return Some(Decoded::Broken("Invalid UTF-8")),
            }
            start = *end;
        }
        let Some(names) = &self.names else {
            if let Some(first) = values.first_mut() {
                *first = first.trim_start_matches('\u{feff}').to_owned();
            }
            self.names = Some(values.into_iter().map(Arc::from).collect());
            return None;
        };
        if names.len() != values.len() {
            return Some(Decoded::Broken(
                "Expected as many fields as the first line has",
            ));
        }
        Some(Decoded::Fields(names.iter().cloned().zip(values).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All items of an input that comes in pieces of one length.
    fn decoded<D: Decoder>(input: &[u8], piece: usize, max_item: usize) -> Vec<Decoded> {
        let mut decoder = D::new(max_item);
        let mut buffer = BytesMut::new();
        let mut found = Vec::new();
        let mut pieces = input.chunks(piece);
        loop {
            let next = pieces.next();
            buffer.extend_from_slice(next.unwrap_or_default());
            loop {
                match decoder.decode(&mut buffer, next.is_none()) {
                    Decoded::Nothing => break,
                    item => found.push(item),
                }
            }
            if next.is_none() {
                return found;
            }
        }
    }

    fn json(text: &'static str) -> Decoded {
        Decoded::Json(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn lines() {
        for piece in [1, 2, 100] {
            let found = decoded::<Lines>(b"{\"a\":1}\r\n\n[2]\n3", piece, 8);
            assert_eq!(
                found,
                [json("{\"a\":1}\r"), Decoded::Blank, json("[2]"), json("3")]
            );
            let long = decoded::<Lines>(b"123456789\n1\n", piece, 4);
            assert_eq!(long, [Decoded::TooLong, json("1")]);
        }
    }

    #[test]
    fn sequences() {
        for piece in [1, 2, 100] {
            let found = decoded::<Sequence>(b"\x1e\x1e{}\n\x1e1\n\x1e12", piece, 8);
            let (blank, cut) = (&found[0], &found[found.len() - 1]);
            assert_eq!(*blank, Decoded::Blank);
            assert!(matches!(cut, Decoded::Broken(_)));
            let items = found.iter().filter(|item| matches!(item, Decoded::Json(_)));
            assert_eq!(items.collect::<Vec<_>>(), [&json("{}\n"), &json("1\n")]);
        }
    }

    #[test]
    fn records() {
        let fields = |one: &str, other: &str| {
            Decoded::Fields(vec![
                ("a".into(), one.to_owned()),
                ("b".into(), other.to_owned()),
            ])
        };
        let broken = Decoded::Broken("Expected as many fields as the first line has");
        for piece in [1, 3, 100] {
            let input = "\u{feff}a,b\r\n1,\"x\r\n\"\"y\"\"\"\r\nonly\r\né,\n";
            let found = decoded::<Records>(input.as_bytes(), piece, 300);
            assert_eq!(
                found,
                [
                    fields("1", "x\r\n\"y\""),
                    broken_again(&broken),
                    fields("é", "")
                ]
            );
            let long = format!("a,b\n{},1\n2,3\n", "x".repeat(2000));
            let found = decoded::<Records>(long.as_bytes(), piece, 300);
            assert_eq!(found, [Decoded::TooLong, fields("2", "3")]);
        }
    }

    fn broken_again(broken: &Decoded) -> Decoded {
        match broken {
            Decoded::Broken(text) => Decoded::Broken(text),
            _ => Decoded::Nothing,
        }
    }
}
