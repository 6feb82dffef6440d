//! Newline Delimited JSON.

use super::{Format, JsonLines, Pings};

/// NDJSON (<https://github.com/ndjson/ndjson-spec>): the bytes of [`JsonLines`] under another name.
#[derive(Debug, Clone, Copy, Default)]
pub struct NdJson(JsonLines);

impl Format for NdJson {
    const MEDIA_TYPE: &'static str = "application/x-ndjson";
    const NAME: &'static str = "ndjson";
    const PINGS: Pings = Pings::WhenAsked;

    inner_frames!();
}
