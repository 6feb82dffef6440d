//! Newline Delimited JSON.

use serde::Serialize;

use super::{Format, JsonLines, Pings};
use crate::serializer::{SerializeError, Serializer};

/// NDJSON (<https://github.com/ndjson/ndjson-spec>): the bytes of [`JsonLines`] under another name.
#[derive(Debug, Clone, Copy, Default)]
pub struct NdJson(JsonLines);

impl Format for NdJson {
    const MEDIA_TYPE: &'static str = "application/x-ndjson";
    const ALIASES: &'static [&'static str] = &["application/ndjson"];
    const NAME: &'static str = "ndjson";
    const PINGS: Pings = Pings::WhenAsked;

    fn frame<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        self.0.frame::<S, T>(event, out)
    }

    fn ping(&mut self, out: &mut Vec<u8>) {
        self.0.ping(out);
    }
}
