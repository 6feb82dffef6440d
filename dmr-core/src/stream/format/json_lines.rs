//! JSON Lines.

use serde::Serialize;

use super::{Format, write_json};
use crate::serializer::{SerializeError, Serializer};

/// JSON Lines (<https://jsonlines.org>): each event is a JSON document and a line feed.
///
/// There is no ping by default, since the format has none that every client understands.
#[derive(Debug, Clone, Copy)]
pub enum JsonLines {}

impl Format for JsonLines {
    const MEDIA_TYPE: &'static str = "application/jsonl";

    fn frame<S: Serializer, T: Serialize + ?Sized>(
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        write_json::<S, T>(event, out)?;
        out.push(b'\n');
        Ok(())
    }
}
