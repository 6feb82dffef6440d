//! Server-sent events.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::event_fields::{EventFields, NotFields, read_fields};
use super::event_schema::{error_schema, parsed_schema};
use super::sse_event::{EVENT, RAW_EVENT};
use super::{Format, Pings, StreamSchema, either, write_json_line};
use crate::serializer::{SerializeError, Serializer};

/// Server-sent events (WHATWG HTML, 9.2), which `EventSource` reads in browsers.
///
/// An [`SseEvent`](crate::stream::SseEvent) or a type with `#[derive(SseEvents)]` is written field
/// by field. Any other event becomes data, as JSON. An error in place of an event is an event with
/// the name `error`. After 15 seconds of silence, or the time of `ping_interval`, a comment is
/// sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sse;

/// The end of a line.
const END: &[u8] = b"\r\n";

impl Format for Sse {
    const MEDIA_TYPE: &'static str = "text/event-stream";
    const NAME: &'static str = "sse";
    const PINGS: Pings = Pings::After(Duration::from_secs(15));

    fn frame<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        let mut fields = Fields::<S>::new(out);
        match read_fields(event, &mut fields) {
            Ok(()) => {}
            Err(NotFields::Other) => data::<S, T>(event, out)?,
            Err(NotFields::Unwritable(error)) => return Err(error),
        }
        out.extend_from_slice(END);
        Ok(())
    }

    fn error<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        error: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        out.extend_from_slice(b"event: error\r\n");
        data::<S, T>(error, out)?;
        out.extend_from_slice(END);
        Ok(())
    }

    fn ping(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b": ping\r\n\r\n");
    }

    fn describe(item: Value, error: Option<Value>) -> StreamSchema {
        let error = error.map(|error| error_schema(&error));
        StreamSchema::Items(either(parsed_schema(&item), error))
    }
}

/// Writes a data line with JSON.
fn data<S: Serializer, T: Serialize + ?Sized>(
    data: &T,
    out: &mut Vec<u8>,
) -> Result<(), SerializeError> {
    out.extend_from_slice(b"data: ");
    write_json_line::<S, T>(data, out)?;
    out.extend_from_slice(END);
    Ok(())
}

/// Writes a text, one field for each of its lines.
fn lines(field: &[u8], text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    loop {
        out.extend_from_slice(field);
        let Some(end) = memchr::memchr2(b'\r', b'\n', rest) else {
            out.extend_from_slice(rest);
            out.extend_from_slice(END);
            return;
        };
        out.extend_from_slice(&rest[..end]);
        out.extend_from_slice(END);
        let both = rest[end..].starts_with(END);
        rest = &rest[end + if both { 2 } else { 1 }..];
    }
}

/// Writes the fields of an event in the order comment, id, event, data, retry. They come in the
/// order data, event, id, retry, comment: so most of them are put in front.
struct Fields<'o, S> {
    out: &'o mut Vec<u8>,
    start: usize,
    raw: bool,
    serializer: std::marker::PhantomData<S>,
}

impl<'o, S> Fields<'o, S> {
    fn new(out: &'o mut Vec<u8>) -> Self {
        Self {
            start: out.len(),
            out,
            raw: false,
            serializer: std::marker::PhantomData,
        }
    }

    fn in_front(&mut self, field: &[u8], value: &str) {
        let before = self.out.len();
        lines(field, value, self.out);
        let length = self.out.len() - before;
        self.out[self.start..].rotate_right(length);
    }
}

impl<S: Serializer> EventFields for Fields<'_, S> {
    fn wants(&mut self, name: &'static str) -> bool {
        self.raw = name == RAW_EVENT;
        self.raw || name == EVENT
    }

    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), NotFields> {
        match name {
            "data" if self.raw => {
                let out = &mut *self.out;
                read_fields(value, &mut Scalar(|text: &str| lines(b"data: ", text, out)))
            }
            "data" => read_fields(value, &mut EventData::<S>(self)),
            "retry" => {
                let out = &mut *self.out;
                read_fields(
                    value,
                    &mut Scalar(|text: &str| lines(b"retry: ", text, out)),
                )
            }
            "event" => read_fields(
                value,
                &mut Scalar(|text: &str| self.in_front(b"event: ", text)),
            ),
            "id" => read_fields(
                value,
                &mut Scalar(|text: &str| self.in_front(b"id: ", text)),
            ),
            _ => read_fields(value, &mut Scalar(|text: &str| self.in_front(b": ", text))),
        }
    }
}

/// The data of an event: none, another event, or a value.
struct EventData<'f, 'o, S>(&'f mut Fields<'o, S>);

impl<S: Serializer> EventFields for EventData<'_, '_, S> {
    fn none(&mut self) -> Result<(), NotFields> {
        Ok(())
    }

    fn some<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFields> {
        let mut inner = Fields::<S>::new(self.0.out);
        match read_fields(value, &mut inner) {
            Err(NotFields::Other) => Ok(data::<S, T>(value, self.0.out)?),
            written => written,
        }
    }
}

/// An optional text or number.
struct Scalar<F>(F);

impl<F: FnMut(&str)> EventFields for Scalar<F> {
    fn none(&mut self) -> Result<(), NotFields> {
        Ok(())
    }

    fn some<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFields> {
        read_fields(value, self)
    }

    fn text(&mut self, text: &str) -> Result<(), NotFields> {
        (self.0)(text);
        Ok(())
    }

    fn number(&mut self, number: u64) -> Result<(), NotFields> {
        (self.0)(&number.to_string());
        Ok(())
    }
}
