//! The formats in which a stream can be sent.

mod blocking;
mod json_lines;

use serde::Serialize;

use crate::serializer::{Renderer, SerdeJson, SerializeError, Serializer};

pub use blocking::Blocking;
pub use json_lines::JsonLines;

/// How the events of a stream are written.
///
/// A format of your own is a type that is never made:
///
/// ```
/// use dmr_core::serializer::{Renderer, SerializeError, Serializer};
/// use dmr_core::stream::format::Format;
///
/// /// One JSON document in each paragraph.
/// enum Paragraphs {}
///
/// impl Format for Paragraphs {
///     const MEDIA_TYPE: &'static str = "application/vnd.example.paragraphs";
///
///     fn frame<S: Serializer, T: serde::Serialize + ?Sized>(event: &T, out: &mut Vec<u8>) -> Result<(), SerializeError> {
///         S::default().render(event, out)?;
///         out.extend_from_slice(b"\n\n");
///         Ok(())
///     }
/// }
/// ```
pub trait Format: 'static {
    /// The media type of the stream.
    const MEDIA_TYPE: &'static str;

    /// Whether the events come from a blocking iterator, see [`Blocking`].
    const BLOCKING: bool = false;

    /// Appends the frame of one event to `out`. `S` writes the event itself.
    ///
    /// # Errors
    ///
    /// The event has no representation in the format. Then the stream is aborted.
    fn frame<S: Serializer, T: Serialize + ?Sized>(
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError>;
}

/// Writes a JSON document: by the serializer of the controller, if that writes JSON.
fn write_json<S: Serializer, T: Serialize + ?Sized>(
    event: &T,
    out: &mut Vec<u8>,
) -> Result<(), SerializeError> {
    let serializer = S::default();
    if Renderer::media_type(&serializer) == Renderer::media_type(&SerdeJson) {
        serializer.render(event, out)
    } else {
        SerdeJson.render(event, out)
    }
}
