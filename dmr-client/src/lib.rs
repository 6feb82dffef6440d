//! Readers of JSON Lines and server-sent events over any stream of bytes, such as the body of a
//! response of reqwest or awc.
//!
//! - [`JsonLinesReader`] and [`SseReader`] read one response.
//! - [`follow_events`] and [`follow_lines`] reconnect when a response ends, and resume.
//! - [`SseParser`] parses server-sent events out of bytes.
//! - [`json_lines`] reads and writes whole documents.

mod error;
mod follow;
pub mod json_lines;
mod lines;
mod sse;
mod sse_parser;

pub use error::ReadError;
pub use follow::{Reconnect, follow_events, follow_lines};
pub use lines::JsonLinesReader;
pub use sse::{SseMessage, SseReader};
pub use sse_parser::{ParsedEvent, SseError, SseParser};

/// The default limit of an item, in bytes: 16 MiB.
pub const DEFAULT_MAX_ITEM: usize = 16 * 1024 * 1024;
