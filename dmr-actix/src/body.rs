//! Bodies of responses that come in chunks.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use dmr_core::{Aborted, ResponseBody};
use http_body::Body as _;

/// The chunks of a stream or a file. actix-web drops the body, and with it the user's stream, as
/// soon as the client has gone.
pub(crate) struct ChunkedBody(pub(crate) ResponseBody);

impl MessageBody for ChunkedBody {
    type Error = Aborted;

    fn size(&self) -> BodySize {
        let length = self.0.size_hint().exact();
        length.map_or(BodySize::Stream, BodySize::Sized)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Aborted>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(cx));
        // Frames are data: dmr sends no trailers.
        Poll::Ready(frame.map(|frame| Ok(frame?.into_data().unwrap_or_default())))
    }
}
