//! The body of a request, shared with the server: what the endpoint leaves is read before the
//! response is sent.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::dev::Payload;
use bytes::Bytes;
use dmr_core::RequestBodyError;
use futures_util::{Stream, StreamExt};

/// How much is read of a body that nobody wants, so that the connection can stay open. More is not
/// worth it.
const DRAINED: usize = 256 * 1024;

/// How long is waited for such a body. A client may want to see the response before it sends more.
const PATIENCE: Duration = Duration::from_millis(500);

/// The payload of actix-web.
#[derive(Clone)]
pub(crate) struct SharedPayload(Rc<RefCell<Payload>>);

impl SharedPayload {
    /// `None` for a request without a body.
    pub(crate) fn of(payload: Payload) -> Option<Self> {
        let is_none = matches!(payload, Payload::None);
        (!is_none).then(|| Self(Rc::new(RefCell::new(payload))))
    }

    /// Reads what is left, up to a limit, and as long as it comes at once; unless there is nothing
    /// left, or somebody still reads it, as an endpoint does that reads and writes at the same
    /// time.
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
        // Whether it ended or not does not matter: actix-web knows.
        let _ = tokio::time::timeout(PATIENCE, all).await;
    }
}

impl Stream for SharedPayload {
    type Item = Result<Bytes, RequestBodyError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut payload = self.0.borrow_mut();
        let polled = Pin::new(&mut *payload).poll_next(cx);
        if let Poll::Ready(None | Some(Err(_))) = &polled {
            // Asked again, it would wait for ever.
            *payload = Payload::None;
        }
        polled.map(|item| item.map(|piece| piece.map_err(RequestBodyError::new)))
    }
}
