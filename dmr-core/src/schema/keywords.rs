//! The keywords that only dmr understands. They are never published.

/// Says in the schema of a list that it comes as one text with commas.
pub(crate) const COMMA_KEYWORD: &str = "x-dmr-comma-separated";
/// Says in the schema of an optional value that the text `null` stands for none.
pub(crate) const NULL_KEYWORD: &str = "x-dmr-null";
/// Marks the schema of a server-sent event.
pub(crate) const SSE_KEYWORD: &str = "x-dmr-sse-event";
/// Marks the schema of a part of a multipart stream, and says its media type.
pub(crate) const PART_KEYWORD: &str = "x-dmr-body-part";
