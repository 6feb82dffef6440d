//! The body of a stream: what is left of an exchange after its head.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use dmr_core::{Aborted, Exchange, Part};

/// The chunks of a stream or a file. actix-web drops it as soon as the client is gone, and with it the user's stream.
pub(crate) struct StreamBody {
    exchange: Exchange,
    /// How many bytes follow, if that is known.
    left: Option<u64>,
    aborted: Option<Aborted>,
}

impl StreamBody {
    pub(crate) fn new(exchange: Exchange, length: Option<u64>) -> Self {
        Self {
            exchange,
            left: length,
            aborted: None,
        }
    }
}

impl MessageBody for StreamBody {
    type Error = Aborted;

    fn size(&self) -> BodySize {
        self.left.map_or(BodySize::Stream, BodySize::Sized)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Aborted>>> {
        if let Some(aborted) = self.aborted.take() {
            return Poll::Ready(Some(Err(aborted)));
        }
        loop {
            match ready!(self.exchange.as_mut().poll_next(cx)) {
                Some(Part::Chunk(Ok(mut chunk))) => {
                    if let Some(left) = &mut self.left {
                        // More than was announced would be read as the next response.
                        chunk.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
                        *left -= chunk.len() as u64;
                    }
                    return Poll::Ready(Some(Ok(chunk)));
                }
                // actix-web drops what it has not written yet together with the connection. While the body is pending, it
                // writes, so that what was sent before the error arrives.
                Some(Part::Chunk(Err(aborted))) => {
                    self.aborted = Some(aborted);
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                // An exchange has one head, which is gone.
                Some(Part::Head { .. } | Part::Response(_)) => {}
                None => return Poll::Ready(None),
            }
        }
    }
}
