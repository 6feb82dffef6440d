//! Why a stream cannot be read.

use std::error::Error as StdError;

/// What went wrong while a stream was read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// An item is not what was expected. The next one may be.
    #[error("item {number}: {source}")]
    Item {
        /// The number of the item, from 1: of the line, or of the event.
        number: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// An item has more bytes than allowed. Its rest is skipped.
    #[error("item {number} has more than {limit} bytes")]
    TooLong {
        /// The number of the item, from 1.
        number: u64,
        /// How many bytes it may have.
        limit: usize,
    },
    /// The bytes did not come to their end. Nothing follows.
    #[error("the stream broke off: {0}")]
    Transport(Box<dyn StdError + Send + Sync>),
}

impl ReadError {
    /// Wraps the error of what transports the bytes.
    pub fn transport(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Transport(source.into())
    }

    /// Whether nothing can follow.
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Transport(_))
    }
}
