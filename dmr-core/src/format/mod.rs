//! The formats of streams, one in each file.

/// Frames events and pings as the format inside a newtype does.
macro_rules! inner_frames {
    () => {
        fn frame<S: crate::serializer::Serializer, T: serde::Serialize + ?Sized>(
            &mut self,
            event: &T,
            out: &mut Vec<u8>,
        ) -> Result<(), crate::serializer::SerializeError> {
            self.0.frame::<S, T>(event, out)
        }

        fn ping(&mut self, out: &mut Vec<u8>) {
            self.0.ping(out);
        }
    };
}

mod blocking;
mod body_part;
mod csv;
mod decode;
mod decode_events;
mod event_fields;
mod event_schema;
mod example_events;
mod formats;
mod geo_json_seq;
mod json_array;
mod json_event;
mod json_lines;
mod json_seq;
mod multipart_mixed;
mod nd_json;
mod read_event;
mod sse;
mod sse_event;
mod text_json_lines;

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use crate::serializer::{Renderer, SerdeJson, SerializeError, Serializer};

pub use self::csv::Csv;
pub use blocking::Blocking;
pub use body_part::{AnyMediaType, ApplicationJson, BodyPart, MediaType};
pub use decode::{Decoded, Decoder, ItemFormat, ItemKind};
pub(crate) use decode_events::EventShape;
pub use event_schema::variants_schema;
use example_events::example_events;
pub(crate) use formats::FormatInfo;
pub use formats::{FormatVisitor, Formats, NamesFormat};
pub use geo_json_seq::GeoJsonSeq;
pub use json_array::JsonArray;
pub(crate) use json_event::{EventKind, JsonEvent};
pub use json_lines::JsonLines;
pub use json_seq::JsonSeq;
pub use multipart_mixed::{FirstParts, MultipartMixed};
pub use nd_json::NdJson;
pub use read_event::{ReadVariant, VariantText};
pub use sse::Sse;
pub use sse_event::{
    EventId, EventName, InvalidEventText, SseEvent, Variant, raw_variant, raw_variant_schema,
    variant_schema,
};
pub use text_json_lines::TextJsonLines;

/// A format of streams. One value writes one response, so it may keep state, such as a count.
///
/// Your own format takes one file:
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

    /// The name in a URL: the suffix in `/albums.jsonl`, the value in `?format=jsonl`. If two
    /// formats of an endpoint have one name, it means the first one.
    const NAME: &'static str;

    /// Whether the format can send bytes that clients ignore, to keep a connection open.
    const PINGS: Pings = Pings::Never;

    /// Whether the events come from a blocking iterator. See [`Blocking`].
    const BLOCKING: bool = false;

    /// The `Content-Type` of this response: the media type, perhaps with parameters.
    fn content_type(&self) -> Cow<'static, str> {
        Self::MEDIA_TYPE.into()
    }

    /// Appends the frame of one event to `out`. `S` writes the event itself. After an error, the
    /// bytes of the frame are removed from `out`.
    ///
    /// # Errors
    ///
    /// The event has no representation in the format. The stream is then aborted.
    fn frame<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError>;

    /// Appends an error that takes the place of an event. By default it is written as an event.
    ///
    /// # Errors
    ///
    /// The error has no representation in the format. The stream is then aborted.
    fn error<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        error: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        self.frame::<S, T>(error, out)
    }

    /// Appends bytes that clients ignore. Called only if [`PINGS`](Self::PINGS) allows it.
    fn ping(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }

    /// Appends the end of a complete stream.
    fn end(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }

    /// Describes the stream in the document, given the schema of an event, and of an error in place
    /// of an event if the endpoint declares one. By default a sequence of both.
    fn describe(item: Value, error: Option<Value>) -> StreamSchema {
        StreamSchema::Items(either(item, error))
    }
}

/// The times at which a format sends pings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pings {
    /// The format has no pings.
    Never,
    /// Only if the option `ping_interval` is set.
    WhenAsked,
    /// After this time of silence, unless `ping_interval` sets another one.
    After(Duration),
}

/// The description of a stream in the document.
#[derive(Debug, Clone, PartialEq)]
pub enum StreamSchema {
    /// `itemSchema`: the schema of each event.
    Items(Value),
    /// `itemSchema`, `prefixEncoding` and `itemEncoding`: the schema of the parts of a multipart
    /// stream, the media types of the first parts, in order, and the media type of all others.
    Parts {
        /// The schema of each part.
        item: Value,
        /// The media types of the first parts.
        first: Vec<&'static str>,
        /// The media type of all other parts, or several, separated by commas.
        others: Cow<'static, str>,
    },
    /// `schema`: the schema of the whole stream as one value.
    Whole(Value),
}

/// The schema of an event, or of an error in its place.
fn either(item: Value, error: Option<Value>) -> Value {
    match error {
        Some(error) => json!({"anyOf": [item, error]}),
        None => item,
    }
}

/// Writes a JSON document, with the serializer of the controller if it writes JSON.
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

/// Writes a JSON document on one line. A serializer may break lines between the tokens; JSON
/// strings cannot contain line breaks.
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
