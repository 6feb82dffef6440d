//! The formats in which a stream can be sent, one in each file.

mod blocking;
mod body_part;
mod csv;
mod decode;
mod event_fields;
mod formats;
mod geo_json_seq;
mod json_array;
mod json_lines;
mod json_seq;
mod multipart_mixed;
mod nd_json;
mod sse;
mod sse_event;

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use crate::serializer::{Renderer, SerdeJson, SerializeError, Serializer};

pub use self::csv::Csv;
pub use blocking::Blocking;
pub use body_part::{AnyMediaType, ApplicationJson, BodyPart, MediaType};
pub use decode::{Decoded, Decoder, ItemFormat};
pub(crate) use formats::FormatInfo;
pub use formats::{FormatVisitor, Formats};
pub use geo_json_seq::GeoJsonSeq;
pub use json_array::JsonArray;
pub use json_lines::JsonLines;
pub use json_seq::JsonSeq;
pub use multipart_mixed::{FirstParts, MultipartMixed};
pub use nd_json::NdJson;
pub use sse::Sse;
pub use sse_event::{
    EventId, EventName, InvalidEventText, SseEvent, Variant, raw_variant, raw_variant_schema,
    variant_schema, variants_schema,
};

/// How the events of a stream are written. One value writes one response, so that it may count, or
/// remember what it began.
///
/// A format of your own takes one file:
///
/// ```
/// use dmr_core::serializer::{Renderer, SerializeError, Serializer};
/// use dmr_core::stream::format::Format;
///
/// /// One JSON document in each paragraph.
/// #[derive(Default)]
/// struct Paragraphs {
///     begun: bool,
/// }
///
/// impl Format for Paragraphs {
///     const MEDIA_TYPE: &'static str = "application/vnd.example.paragraphs";
///     const NAME: &'static str = "paragraphs";
///
///     fn frame<S: Serializer, T: serde::Serialize + ?Sized>(
///         &mut self,
///         event: &T,
///         out: &mut Vec<u8>,
///     ) -> Result<(), SerializeError> {
///         if self.begun {
///             out.extend_from_slice(b"\n\n");
///         }
///         self.begun = true;
///         S::default().render(event, out)
///     }
/// }
/// ```
pub trait Format: Default + 'static {
    /// The media type of the stream.
    const MEDIA_TYPE: &'static str;

    /// Other media types under which clients may ask for it. They are not in the document.
    const ALIASES: &'static [&'static str] = &[];

    /// What names it in a URL: the suffix in `/albums.jsonl`, the value in `?format=jsonl`.
    const NAME: &'static str;

    /// Whether something can be sent that clients ignore, to keep a connection open.
    const PINGS: Pings = Pings::Never;

    /// Whether the events come from a blocking iterator, see [`Blocking`].
    const BLOCKING: bool = false;

    /// The `Content-Type` of this response: the media type, perhaps with parameters.
    fn content_type(&self) -> Cow<'static, str> {
        Self::MEDIA_TYPE.into()
    }

    /// Appends the frame of one event to `out`. `S` writes the event itself. What an error leaves
    /// in `out` is removed.
    ///
    /// # Errors
    ///
    /// The event has no representation in the format. Then the stream is aborted.
    fn frame<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError>;

    /// Appends an error that takes the place of an event; by default as an event.
    ///
    /// # Errors
    ///
    /// The error has no representation in the format. Then the stream is aborted.
    fn error<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        error: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        self.frame::<S, T>(error, out)
    }

    /// Appends what clients ignore. It is called only if [`PINGS`](Self::PINGS) allows it.
    fn ping(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }

    /// Appends what follows the last event of a stream that is complete.
    fn end(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }

    /// How the document describes the stream, given the schema of an event, and that of an error in
    /// place of an event, if the endpoint declares it; by default as a sequence of both.
    fn describe(item: Value, error: Option<Value>) -> StreamSchema {
        StreamSchema::Items(either(item, error))
    }
}

/// When a format sends pings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pings {
    /// It has none.
    Never,
    /// Only where the option `ping_interval` asks for them.
    WhenAsked,
    /// After so much silence, unless `ping_interval` says otherwise.
    After(Duration),
}

/// How a stream is described in the document.
#[derive(Debug, Clone, PartialEq)]
pub enum StreamSchema {
    /// `itemSchema`: what each event looks like.
    Items(Value),
    /// `itemSchema`, `prefixEncoding` and `itemEncoding`: what the parts of a multipart stream look
    /// like, the media types of the first ones, in order, and that of all others.
    Parts {
        /// The schema of each part.
        item: Value,
        /// The media types of the first parts.
        first: Vec<&'static str>,
        /// The media type of all other parts, or several, separated by commas.
        others: Cow<'static, str>,
    },
    /// `schema`: what the stream looks like as one document.
    Whole(Value),
}

/// The schema of an event, or of an error in its place.
fn either(item: Value, error: Option<Value>) -> Value {
    match error {
        Some(error) => json!({"anyOf": [item, error]}),
        None => item,
    }
}

/// Writes a JSON document: by the serializer of the controller, if that writes JSON.
fn write_json<S: Serializer, T: Serialize + ?Sized>(
    event: &T,
    out: &mut Vec<u8>,
) -> Result<(), SerializeError> {
    let serializer = S::default();
    if writes_json(&serializer) {
        serializer.render(event, out)
    } else {
        SerdeJson.render(event, out)
    }
}

/// Writes a JSON document on one line. A serializer may break lines between the tokens; inside of
/// strings JSON has none.
fn write_json_line<S: Serializer, T: Serialize + ?Sized>(
    event: &T,
    out: &mut Vec<u8>,
) -> Result<(), SerializeError> {
    let start = out.len();
    write_json::<S, T>(event, out)?;
    let serializer = S::default();
    if writes_json(&serializer) && !serializer.is_one_line() {
        let mut rest = &mut out[start..];
        while let Some(at) = memchr::memchr2(b'\r', b'\n', rest) {
            rest[at] = b' ';
            rest = &mut rest[at + 1..];
        }
    }
    Ok(())
}

fn writes_json(serializer: &impl Serializer) -> bool {
    Renderer::media_type(serializer) == Renderer::media_type(&SerdeJson)
}
