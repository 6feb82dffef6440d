//! The other end of streams: readers of JSON Lines and of server-sent events, over any stream of
//! bytes, such as that of a response of reqwest or awc.
//!
//! - [`JsonLinesReader`] and [`SseReader`] read one response.
//! - [`follow_events`] and [`follow_lines`] connect again when it ends, and go on where it was.
//! - [`json_lines`] reads and writes whole documents.

mod error;
mod follow;
pub mod json_lines;
mod lines;
mod sse;

pub use error::ReadError;
pub use follow::{Reconnect, follow_events, follow_lines};
pub use lines::JsonLinesReader;
pub use sse::{SseMessage, SseReader};

/// How many bytes an item may have, unless the reader is told otherwise: 16 MiB.
pub const DEFAULT_MAX_ITEM: usize = 16 * 1024 * 1024;
