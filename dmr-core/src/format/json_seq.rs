//! JSON text sequences.

use serde::Serialize;

use super::{Format, Pings, write_json};
use crate::serializer::{SerializeError, Serializer};

/// The character that begins a text.
const RECORD_SEPARATOR: u8 = 0x1e;

/// JSON text sequences (RFC 7464): each event is a record separator, a JSON document and a line
/// feed. A reader notices an event that was cut off, even if it is a number.
///
/// With `ping_interval`, the pings are lone record separators, which readers skip (RFC 7464, 2.1).
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonSeq;

impl Format for JsonSeq {
    const MEDIA_TYPE: &'static str = "application/json-seq";
    const NAME: &'static str = "json-seq";
    const PINGS: Pings = Pings::WhenAsked;

    fn frame<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        out.push(RECORD_SEPARATOR);
        write_json::<S, T>(event, out)?;
        out.push(b'\n');
        Ok(())
    }

    fn ping(&mut self, out: &mut Vec<u8>) {
        out.push(RECORD_SEPARATOR);
    }
}
