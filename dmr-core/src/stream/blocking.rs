//! A blocking iterator, driven on the blocking pool.

use futures_core::Stream;
use tokio::sync::mpsc;

use super::EventError;

/// How many items the thread may be ahead of the client.
const AHEAD: usize = 64;

#[derive(Debug, thiserror::Error)]
#[error("the iterator panicked")]
struct Panicked;

/// The iterator starts when the stream is first polled, and is dropped with it, after the item that
/// it is working on.
pub(super) fn stream<I>(iterator: I) -> impl Stream<Item = Result<I::Item, EventError>>
where
    I: IntoIterator + Send + 'static,
    I::Item: Send + 'static,
{
    async_stream::stream! {
        let (sender, mut receiver) = mpsc::channel(AHEAD);
        let thread = tokio::task::spawn_blocking(move || {
            for item in iterator {
                if sender.blocking_send(item).is_err() {
                    // The client is gone.
                    return;
                }
            }
        });
        while let Some(item) = receiver.recv().await {
            yield Ok(item);
        }
        if thread.await.is_err() {
            yield Err(EventError::from(Panicked));
        }
    }
}
