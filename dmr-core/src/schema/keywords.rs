//! The keywords of dmr itself. They are never published.

/// Marks the schema of a list that arrives as one text with commas.
pub(crate) const COMMA_KEYWORD: &str = "x-dmr-comma-separated";
/// Marks the schema of an optional value for which the text `null` stands for none.
pub(crate) const NULL_KEYWORD: &str = "x-dmr-null";
/// Marks the schema of a server-sent event.
pub(crate) const SSE_KEYWORD: &str = "x-dmr-sse-event";
/// Marks the schema of a part of a multipart stream. The value is its media type.
pub(crate) const PART_KEYWORD: &str = "x-dmr-body-part";
