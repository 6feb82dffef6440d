//! The body of a response that comes in chunks.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use dmr_core::{Aborted, ResponseBody};
use http_body::Body as _;

/// The chunks of a stream or a file. actix-web drops it as soon as the client is gone, and with it the user's stream.
pub(crate) struct ChunkedBody {
    body: ResponseBody,
    aborted: Option<Aborted>,
}

impl ChunkedBody {
    pub(crate) fn new(body: ResponseBody) -> Self {
        Self {
            body,
            aborted: None,
        }
    }
}

impl MessageBody for ChunkedBody {
    type Error = Aborted;

    fn size(&self) -> BodySize {
        let length = self.body.size_hint().exact();
        length.map_or(BodySize::Stream, BodySize::Sized)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Aborted>>> {
        if let Some(aborted) = self.aborted.take() {
            return Poll::Ready(Some(Err(aborted)));
        }
        match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            // Frames are data: dmr sends no trailers.
            Some(Ok(frame)) => Poll::Ready(Some(Ok(frame.into_data().unwrap_or_default()))),
            // actix-web drops what it has not written yet together with the connection. While the body is pending, it
            // writes, so that what was sent before the error arrives.
            Some(Err(aborted)) => {
                self.aborted = Some(aborted);
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            None => Poll::Ready(None),
        }
    }
}
