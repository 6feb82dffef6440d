//! The end of streams: by themselves, at a deadline, or because the server stops.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio_util::sync::CancellationToken;

/// The reason why a stream ends without an error, for
/// [`last_event`](crate::Controller::last_event).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamEnd {
    /// The producer has ended.
    Complete,
    /// The stream has lasted for `max_stream_duration`.
    Deadline,
    /// The server stops.
    Shutdown,
}

/// Ends all streams of an application. So a server can stop without waiting for them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shutdown(CancellationToken);

impl Shutdown {
    pub(crate) fn begin(&self) {
        self.0.cancel();
    }
}

/// The limits that end the streams of an endpoint from outside.
#[derive(Debug, Clone, Default)]
pub(crate) struct StreamLimits {
    pub(crate) shutdown: Shutdown,
    pub(crate) deadline: Option<Duration>,
}

impl StreamLimits {
    /// Waits until a stream that begins now has to end.
    pub(crate) async fn reached(&self) -> StreamEnd {
        let shutdown = pin!(self.shutdown.0.cancelled());
        let Some(deadline) = self.deadline else {
            shutdown.await;
            return StreamEnd::Shutdown;
        };
        let deadline = Box::pin(tokio::time::sleep(deadline));
        match select(shutdown, deadline).await {
            Either::Left(_) => StreamEnd::Shutdown,
            Either::Right(_) => StreamEnd::Deadline,
        }
    }
}
