//! Streams of blocking iterators, which run on the blocking pool.

use futures_core::Stream;
use tokio::sync::mpsc;

use super::EventError;

/// The number of items by which the thread may be ahead of the client.
const AHEAD: usize = 64;

#[derive(Debug, thiserror::Error)]
#[error("the iterator panicked")]
struct Panicked;

/// Runs an iterator in a thread. It starts when the stream is first polled. When the stream is
/// dropped, the iterator finishes its current item and is dropped too.
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
                    // The client has gone.
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
