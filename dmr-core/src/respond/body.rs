//! The body of a response, as an adapter sends it.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};

use super::HttpResponse;

/// The body of a response: bytes that are there as a whole, or the chunks of a stream or a file.
///
/// A stream is not `Send`: it stays on the worker that took the request. Dropping the body drops the stream, its controller
/// and everything else that belongs to the request.
pub struct ResponseBody(Content);

enum Content {
    Whole(Bytes),
    /// The chunks of a file, and how many bytes of it follow.
    File(Pieces, u64),
    /// The chunks of a stream of events.
    Stream(Parts),
}

/// The pieces of a file.
pub(super) type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, Aborted>>>>;

/// What comes of a request to an endpoint that streams: one response, or one head and then chunks.
pub(super) enum Part {
    Response(Box<HttpResponse>),
    Head(Box<http::Response<()>>),
    Chunk(Result<Bytes, Aborted>),
}

pub(super) type Parts = Pin<Box<dyn Stream<Item = Part>>>;

/// Why a body was aborted. It has been logged. The connection has to be closed, because the client could take the body for
/// complete otherwise.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Aborted(Box<dyn StdError + Send + Sync>);

impl Aborted {
    pub(crate) fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

impl ResponseBody {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self(Content::Whole(bytes))
    }

    pub(super) fn file(pieces: Pieces, length: u64) -> Self {
        Self(Content::File(pieces, length))
    }

    /// What follows the head of a stream.
    pub(super) fn stream(parts: Parts) -> Self {
        Self(Content::Stream(parts))
    }

    /// All bytes, if they are there as a whole.
    ///
    /// # Errors
    ///
    /// The body itself, if it comes in chunks.
    pub fn into_bytes(self) -> Result<Bytes, Self> {
        match self.0 {
            Content::Whole(bytes) => Ok(bytes),
            chunks => Err(Self(chunks)),
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Aborted;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Aborted>>> {
        match &mut self.get_mut().0 {
            Content::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Content::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Content::File(pieces, left) => {
                let piece = ready!(pieces.as_mut().poll_next(cx));
                Poll::Ready(piece.map(|piece| {
                    let mut piece = piece?;
                    // More than was announced would be read as the next response.
                    piece.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
                    *left -= piece.len() as u64;
                    Ok(Frame::data(piece))
                }))
            }
            Content::Stream(parts) => {
                Poll::Ready(match ready!(parts.as_mut().poll_next(cx)) {
                    Some(Part::Chunk(chunk)) => Some(chunk.map(Frame::data)),
                    // There is one head, which is gone.
                    Some(Part::Response(_) | Part::Head(_)) | None => None,
                })
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.0, Content::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::File(_, left) => SizeHint::with_exact(*left),
            Content::Stream(_) => SizeHint::default(),
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Content::Whole(bytes) => f.debug_tuple("Whole").field(&bytes.len()).finish(),
            Content::File(_, left) => f.debug_tuple("File").field(left).finish(),
            Content::Stream(_) => f.write_str("Stream"),
        }
    }
}
