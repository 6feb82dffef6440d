//! [`ReadError`]: the errors of readers.

use std::error::Error as StdError;

/// An error of a stream that is being read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// An item cannot be read as the expected type. Others may follow.
    #[error("item {number}: {source}")]
    Item {
        /// The number of the line or the event, from 1.
        number: u64,
        /// The error of the item.
        source: serde_json::Error,
    },
    /// An item has more bytes than allowed. The rest of it is skipped.
    #[error("item {number} has more than {limit} bytes")]
    TooLong {
        /// The number of the item, from 1.
        number: u64,
        /// The greatest number of bytes of an item.
        limit: usize,
    },
    /// The stream of bytes failed before its end. Nothing follows.
    #[error("the stream broke off: {0}")]
    Transport(Box<dyn StdError + Send + Sync>),
}

impl ReadError {
    /// Wraps the error of the stream of bytes.
    pub fn transport(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Transport(source.into())
    }

    /// Whether the error ends the stream.
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Transport(_))
    }
}
