//! JSON by serde_json.

use std::io;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeSeed;
use serde_json::Value;
use serde_json::ser::Formatter;

use super::{ParseError, Parser, Renderer, SerializeError};

/// JSON (RFC 8259) by serde_json: compact, on one line, with non-ASCII characters unescaped.
#[derive(Debug, Clone, Copy, Default)]
pub struct SerdeJson;

impl Renderer for SerdeJson {
    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn render<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        let mut serializer = serde_json::Serializer::with_formatter(out, OneLine);
        value
            .serialize(&mut serializer)
            .map_err(SerializeError::new)
    }

    fn is_one_line(&self) -> bool {
        true
    }
}

/// Compact JSON. The lines of a `serde_json::value::RawValue` are joined.
struct OneLine;

impl Formatter for OneLine {
    fn write_raw_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut lines = fragment.split(['\r', '\n']);
        let first = lines.next().unwrap_or_default();
        writer.write_all(first.as_bytes())?;
        lines.try_for_each(|line| {
            writer.write_all(b" ")?;
            writer.write_all(line.as_bytes())
        })
    }
}

impl Parser for SerdeJson {
    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn parse<'de, S: DeserializeSeed<'de>>(
        &self,
        body: &'de [u8],
        seed: S,
    ) -> Result<S::Value, ParseError> {
        let text = utf8(body)?;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = seed
            .deserialize(&mut deserializer)
            .map_err(ParseError::new)?;
        deserializer.end().map_err(ParseError::new)?;
        Ok(value)
    }

    // Duplicate members are found when the body is read into its type.
    fn value(&self, body: &[u8]) -> Result<Value, ParseError> {
        self.parse(body, PhantomData)
    }
}

/// The text of a body. Text formats are UTF-8.
pub(super) fn utf8(body: &[u8]) -> Result<&str, ParseError> {
    std::str::from_utf8(body).map_err(|error| {
        let position = error.valid_up_to();
        let byte = body.get(position).copied().unwrap_or_default();
        ParseError::new(format!(
            "Invalid UTF-8: byte 0x{byte:02x} at position {position}"
        ))
    })
}

/// JSON under the media type of problem details (RFC 9457), `application/problem+json`.
///
/// An endpoint that offers it beside [`SerdeJson`] sends its errors as
/// [`ProblemDetails`](crate::ProblemDetails) to clients that ask for them.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProblemJson;

impl Renderer for ProblemJson {
    fn media_type(&self) -> &'static str {
        "application/problem+json"
    }

    fn render<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        SerdeJson.render(value, out)
    }
}
