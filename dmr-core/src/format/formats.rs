//! The formats of an endpoint. Each client gets the one that it prefers.

use serde_json::{Value, json};

use super::{Format, Pings, StreamSchema, example_events};
use crate::serializer::{SerdeJson, SerializeError};

/// A type that names a [`Format`]: the format itself, or an alias of streams without the type of the
/// events, such as [`Sse`](crate::Sse).
pub trait NamesFormat {
    /// The format.
    type Format: Format;
}

impl<F: Format> NamesFormat for F {
    type Format = F;
}

/// One [`Format`], or a tuple of up to eight: `(Sse, JsonLines)`. Clients without a preference get
/// the first one. The names are those of [`format`](crate::stream::format), or those of the aliases
/// in [`stream`](crate::stream).
pub trait Formats {
    /// The infos of the formats, in order.
    #[doc(hidden)]
    fn infos() -> Vec<FormatInfo>;

    /// Calls a visitor with the format at this position.
    #[doc(hidden)]
    fn visit<V: FormatVisitor>(position: usize, visitor: V) -> V::Output;
}

/// A generic function of one of several [`Formats`].
#[doc(hidden)]
pub trait FormatVisitor {
    /// The result of the function.
    type Output;

    /// Calls the function with the format `F`.
    fn visit<F: Format>(self) -> Self::Output;
}

/// The properties of a format, with its type erased.
#[derive(Debug, Clone)]
pub struct FormatInfo {
    /// The position among the formats of the endpoint.
    pub(crate) position: usize,
    pub(crate) media_type: &'static str,
    pub(crate) name: &'static str,
    pub(crate) pings: Pings,
    pub(crate) blocking: bool,
    pub(crate) describe: fn(Value, Option<Value>) -> StreamSchema,
    /// Writes a complete stream, for the document. `None` for a format that is not text, or whose
    /// `Content-Type` belongs to one response.
    pub(crate) write: WriteStream,
}

type WriteStream = fn(&[&dyn erased_serde::Serialize]) -> Result<Option<String>, SerializeError>;

fn write_stream<F: Format>(
    events: &[&dyn erased_serde::Serialize],
) -> Result<Option<String>, SerializeError> {
    let mut format = F::default();
    if format.content_type() != F::MEDIA_TYPE {
        return Ok(None);
    }
    let mut out = Vec::new();
    for event in events {
        format.frame::<SerdeJson, _>(*event, &mut out)?;
    }
    format.end(&mut out);
    Ok(String::from_utf8(out).ok())
}

impl FormatInfo {
    pub(crate) fn of<F: Format>(position: usize) -> Self {
        Self {
            position,
            media_type: F::MEDIA_TYPE,
            name: F::NAME,
            pings: F::PINGS,
            blocking: F::BLOCKING,
            describe: F::describe,
            write: write_stream::<F>,
        }
    }

    /// The text of a stream of the events that their schema gives as examples. `None` if there are
    /// none, or if the format needs more than JSON.
    pub(crate) fn example(&self, document: &Value, schema: &Value) -> Option<String> {
        let events = example_events(document, schema);
        let events: Vec<&dyn erased_serde::Serialize> =
            events.iter().map(|event| event as _).collect();
        (self.write)(&events).ok()?.filter(|_| !events.is_empty())
    }

    /// Leaves only the format with this name: the first one, if two share it.
    pub(crate) fn retain(formats: &mut Vec<Self>, name: &str) {
        let named = formats.iter().position(|format| format.name == name);
        *formats = named
            .map(|position| vec![formats.swap_remove(position)])
            .unwrap_or_default();
    }

    /// Whether the document describes the stream as one value instead of a sequence.
    pub(crate) fn is_whole(&self) -> bool {
        matches!((self.describe)(json!({}), None), StreamSchema::Whole(_))
    }
}

impl<F: NamesFormat> Formats for F {
    fn infos() -> Vec<FormatInfo> {
        vec![FormatInfo::of::<F::Format>(0)]
    }

    fn visit<V: FormatVisitor>(_: usize, visitor: V) -> V::Output {
        visitor.visit::<F::Format>()
    }
}

macro_rules! several {
    ($($position:literal $format:ident)*) => {
        impl<$($format: NamesFormat),*> Formats for ($($format,)*) {
            fn infos() -> Vec<FormatInfo> {
                vec![$(FormatInfo::of::<$format::Format>($position)),*]
            }

            fn visit<V: FormatVisitor>(position: usize, visitor: V) -> V::Output {
                match position {
                    $($position => visitor.visit::<$format::Format>(),)*
                    // Never reached: positions come from `infos`.
                    _ => visitor.visit::<A::Format>(),
                }
            }
        }
    };
}

several!(0 A);
several!(0 A 1 B);
several!(0 A 1 B 2 C);
several!(0 A 1 B 2 C 3 D);
several!(0 A 1 B 2 C 3 D 4 E);
several!(0 A 1 B 2 C 3 D 4 E 5 F);
several!(0 A 1 B 2 C 3 D 4 E 5 F 6 G);
several!(0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H);
