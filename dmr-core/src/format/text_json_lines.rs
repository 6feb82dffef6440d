//! JSON Lines as text.

use super::{Format, JsonLines, Pings};

/// The bytes of [`JsonLines`] as `text/jsonl`, the media type that some clients ask for.
///
/// `(JsonLines, TextJsonLines)` serves both media types, and the document lists both. The suffix
/// `.jsonl` and `?format=jsonl` then mean the first one.
#[derive(Debug, Clone, Copy, Default)]
pub struct TextJsonLines(JsonLines);

impl Format for TextJsonLines {
    const MEDIA_TYPE: &'static str = "text/jsonl";
    const NAME: &'static str = "jsonl";
    const PINGS: Pings = Pings::WhenAsked;

    inner_frames!();
}
