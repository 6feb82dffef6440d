//! [`ResponseBody`]: the body of a response, as an adapter sends it.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};

use super::HttpResponse;

/// The body of a response: all bytes at once, or the chunks of a stream or a file.
///
/// A stream is not `Send`: it stays on the worker of the request. Dropping the body drops the
/// stream, its controller and everything else that belongs to the request.
pub struct ResponseBody {
    content: BodySource,
    /// The reason why the body ends early.
    aborted: Option<Aborted>,
}

enum BodySource {
    Whole(Bytes),
    /// The chunks of a file, and the number of bytes that are left.
    File(Pieces, u64),
    /// The chunks of a stream of events.
    Stream(Parts),
}

/// The pieces of a file.
pub(super) type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, Aborted>>>>;

/// The output of an endpoint that streams: one response, or one head and then chunks.
pub(super) enum Part {
    Response(Box<HttpResponse>),
    /// The head of a stream, whose body is still empty.
    Head(Box<HttpResponse>),
    Chunk(Result<Bytes, Aborted>),
}

pub(super) type Parts = Pin<Box<dyn Stream<Item = Part>>>;

/// The reason why a body was aborted. It has been logged. The connection has to be closed:
/// otherwise the client could take the body for complete.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Aborted(Box<dyn StdError + Send + Sync>);

impl Aborted {
    pub(crate) fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

impl ResponseBody {
    fn new(content: BodySource) -> Self {
        Self {
            content,
            aborted: None,
        }
    }

    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self::new(BodySource::Whole(bytes))
    }

    pub(super) fn file(pieces: Pieces, length: u64) -> Self {
        Self::new(BodySource::File(pieces, length))
    }

    /// Makes the body of a stream from the parts that follow its head.
    pub(super) fn stream(parts: Parts) -> Self {
        Self::new(BodySource::Stream(parts))
    }

    /// Returns the bytes of a body that is not a stream or a file.
    ///
    /// # Errors
    ///
    /// Returns the body itself if it comes in chunks.
    pub fn into_bytes(self) -> Result<Bytes, Self> {
        match self.content {
            BodySource::Whole(bytes) => Ok(bytes),
            content => Err(Self::new(content)),
        }
    }
}

impl From<Bytes> for ResponseBody {
    fn from(bytes: Bytes) -> Self {
        Self::whole(bytes)
    }
}

impl BodySource {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Aborted>>> {
        match self {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Self::File(pieces, left) => {
                let piece = ready!(pieces.as_mut().poll_next(cx));
                Poll::Ready(piece.map(|piece| {
                    let mut piece = piece?;
                    // The client would take surplus bytes for the next response.
                    piece.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
                    *left -= piece.len() as u64;
                    Ok(piece)
                }))
            }
            Self::Stream(parts) => Poll::Ready(match ready!(parts.as_mut().poll_next(cx)) {
                Some(Part::Chunk(chunk)) => Some(chunk),
                // The only head has been taken.
                Some(Part::Response(_) | Part::Head(_)) | None => None,
            }),
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Aborted;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Aborted>>> {
        if let Some(aborted) = self.aborted.take() {
            return Poll::Ready(Some(Err(aborted)));
        }
        match ready!(self.content.poll_chunk(cx)) {
            Some(Ok(chunk)) => Poll::Ready(Some(Ok(Frame::data(chunk)))),
            // When a body fails, servers drop the connection with all bytes that they have not
            // written. While a body is pending, they write. So the body is pending once before it
            // fails, and the chunks before the error arrive.
            Some(Err(aborted)) => {
                self.aborted = Some(aborted);
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.content, BodySource::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            BodySource::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            BodySource::File(_, left) => SizeHint::with_exact(*left),
            BodySource::Stream(_) => SizeHint::default(),
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            BodySource::Whole(bytes) => f.debug_tuple("Whole").field(&bytes.len()).finish(),
            BodySource::File(_, left) => f.debug_tuple("File").field(left).finish(),
            BodySource::Stream(_) => f.write_str("Stream"),
        }
    }
}
