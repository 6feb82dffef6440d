//! JSON Lines.

use serde::Serialize;

use super::{Format, Pings, write_json_line};
use crate::serializer::{SerializeError, Serializer};

/// JSON Lines (<https://jsonlines.org>): each event is a JSON document and a line feed.
///
/// With `ping_interval`, the pings are blank lines, which most readers skip.
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonLines;

impl Format for JsonLines {
    const MEDIA_TYPE: &'static str = "application/jsonl";
    const NAME: &'static str = "jsonl";
    const PINGS: Pings = Pings::WhenAsked;

    fn frame<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        write_json_line::<S, T>(event, out)?;
        out.push(b'\n');
        Ok(())
    }

    fn ping(&mut self, out: &mut Vec<u8>) {
        out.push(b'\n');
    }
}
