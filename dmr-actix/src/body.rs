//! The body of a stream: what is left of an exchange after its head.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use dmr_core::{Aborted, Exchange, Part};

/// The chunks of a stream. actix-web drops it as soon as the client is gone, and with it the user's stream.
pub(crate) struct StreamBody(pub(crate) Exchange);

impl MessageBody for StreamBody {
    type Error = Aborted;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Aborted>>> {
        loop {
            match std::task::ready!(self.0.as_mut().poll_next(cx)) {
                Some(Part::Chunk(chunk)) => return Poll::Ready(Some(chunk)),
                // An exchange has one head, which is gone.
                Some(Part::Head(..) | Part::Response(_)) => {}
                None => return Poll::Ready(None),
            }
        }
    }
}
