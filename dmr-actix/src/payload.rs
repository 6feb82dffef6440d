//! The body of a request, shared between the endpoint and the server. Bytes that the endpoint
//! leaves are read before the response is sent.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::dev::Payload;
use bytes::Bytes;
use dmr_core::RequestBodyError;
use futures_util::{Stream, StreamExt};

/// The number of bytes of an unread body that are read to keep the connection open. More are not
/// worth it.
const DRAINED: usize = 256 * 1024;

/// The time that is spent on an unread body. A client may wait for the response before it sends
/// more.
const PATIENCE: Duration = Duration::from_millis(500);

/// The payload of actix-web.
#[derive(Clone)]
pub(crate) struct SharedPayload(Rc<RefCell<Payload>>);

impl SharedPayload {
    /// Shares a payload. `None` for a request without a body.
    pub(crate) fn of(payload: Payload) -> Option<Self> {
        let is_none = matches!(payload, Payload::None);
        (!is_none).then(|| Self(Rc::new(RefCell::new(payload))))
    }

    /// Reads the rest of the body, up to the limits of bytes and time. It does nothing if the body
    /// has ended, or if the endpoint still reads it, as one that reads and writes at the same time
    /// does.
    pub(crate) async fn drain(mut self) {
        if Rc::strong_count(&self.0) > 1 || matches!(*self.0.borrow(), Payload::None) {
            return;
        }
        let all = async {
            let mut read = 0;
            while let Some(Ok(piece)) = self.next().await {
                read += piece.len();
                if read > DRAINED {
                    return;
                }
            }
        };
        // The result does not matter: actix-web knows whether the body has ended.
        let _ = tokio::time::timeout(PATIENCE, all).await;
    }
}

impl Stream for SharedPayload {
    type Item = Result<Bytes, RequestBodyError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut payload = self.0.borrow_mut();
        let polled = Pin::new(&mut *payload).poll_next(cx);
        if let Poll::Ready(None | Some(Err(_))) = &polled {
            // If polled again, the payload would be pending forever.
            *payload = Payload::None;
        }
        polled.map(|item| item.map(|piece| piece.map_err(RequestBodyError::new)))
    }
}
