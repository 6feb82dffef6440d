//! A JSON array, written element by element.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Format, Pings, StreamSchema, either, write_json};
use crate::serializer::{SerializeError, Serializer};

/// One JSON array, written event by event: for clients that do not read streams. An aborted stream
/// leaves the array open, so no parser accepts it as complete.
///
/// With `ping_interval`, the pings are line feeds between the elements.
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonArray {
    begun: bool,
}

impl Format for JsonArray {
    const MEDIA_TYPE: &'static str = "application/json";
    const NAME: &'static str = "json";
    const PINGS: Pings = Pings::WhenAsked;

    fn frame<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        out.push(if self.begun { b',' } else { b'[' });
        write_json::<S, T>(event, out)?;
        self.begun = true;
        Ok(())
    }

    fn ping(&mut self, out: &mut Vec<u8>) {
        out.push(b'\n');
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.begun { b"]" } else { b"[]" });
    }

    fn describe(item: Value, error: Option<Value>) -> StreamSchema {
        StreamSchema::Whole(json!({"type": "array", "items": either(item, error)}))
    }
}
