//! Streams that connect again, and go on where they were.

use std::error::Error as StdError;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::time::Duration;

use futures_core::Stream;
use serde::de::DeserializeOwned;

use crate::{JsonLinesReader, ReadError, SseMessage, SseReader};

/// What a connection has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reconnect {
    /// What to send as `Last-Event-ID`; `None` at first.
    pub last_event_id: Option<String>,
    /// How often connecting has failed since something was received.
    pub failures: u32,
}

/// How long is waited before connecting again, unless the server says otherwise.
const RETRY: Duration = Duration::from_secs(3);
/// How long is waited at most.
const MAX_RETRY: Duration = Duration::from_secs(60);

/// Server-sent events over as many connections as it takes, as `EventSource` does it.
///
/// `connect` sends the request, with the `Last-Event-ID` that it is told, and gives the bytes of the response; `None` ends the
/// stream, as a response with the status 204 asks for. When the bytes end or break off, it is called again after what the
/// server has said in `retry`, or 3 seconds, and twice as long after each failure, up to a minute. Events that cannot be read
/// are errors, and the stream goes on.
///
/// ```no_run
/// use dmr_client::follow_events;
/// use futures_util::StreamExt;
///
/// # async fn example() {
/// # async fn get(url: &str, last_event_id: Option<String>) -> Result<futures_util::stream::Empty<Result<Vec<u8>, std::io::Error>>, std::io::Error> { unimplemented!() }
/// let mut events = std::pin::pin!(follow_events::<serde_json::Value, _, _, _, _, _>(async |again| {
///     let bytes = get("http://127.0.0.1:8000/api/chat/", again.last_event_id).await?;
///     Ok::<_, std::io::Error>(Some(bytes))
/// }));
/// while let Some(event) = events.next().await {
///     println!("{event:?}");
/// }
/// # }
/// ```
pub fn follow_events<T, C, F, B, P, E>(
    mut connect: C,
) -> impl Stream<Item = Result<SseMessage<T>, ReadError>>
where
    T: DeserializeOwned,
    C: FnMut(Reconnect) -> F,
    F: Future<Output = Result<Option<B>, E>>,
    B: Stream<Item = Result<P, E>>,
    P: AsRef<[u8]>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    async_stream::stream! {
        let mut last_event_id = None;
        let mut retry = RETRY;
        let mut failures = 0;
        loop {
            let again = Reconnect { last_event_id: last_event_id.clone(), failures };
            match connect(again).await {
                Ok(None) => return,
                Err(error) => {
                    failures += 1;
                    yield Err(ReadError::transport(error));
                }
                Ok(Some(bytes)) => {
                    let mut events = pin!(SseReader::new(bytes));
                    while let Some(event) = next(events.as_mut()).await {
                        failures = 0;
                        yield event;
                    }
                    if !events.last_event_id().is_empty() {
                        last_event_id = Some(events.last_event_id().to_owned());
                    }
                    retry = events.retry().unwrap_or(retry);
                }
            }
            tokio::time::sleep(pause(retry, failures)).await;
        }
    }
}

/// JSON Lines over as many connections as it takes; `id` says with which `Last-Event-ID` to go on after an item. Everything
/// else is as in [`follow_events`], but that the stream ends when the bytes do: a server that is done says so.
pub fn follow_lines<T, C, F, B, P, E>(
    mut connect: C,
    mut id: impl FnMut(&T) -> Option<String>,
) -> impl Stream<Item = Result<T, ReadError>>
where
    T: DeserializeOwned,
    C: FnMut(Reconnect) -> F,
    F: Future<Output = Result<Option<B>, E>>,
    B: Stream<Item = Result<P, E>>,
    P: AsRef<[u8]>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    async_stream::stream! {
        let mut last_event_id = None;
        let mut failures = 0;
        loop {
            let again = Reconnect { last_event_id: last_event_id.clone(), failures };
            failures += 1;
            match connect(again).await {
                Ok(None) => return,
                Err(error) => yield Err(ReadError::transport(error)),
                Ok(Some(bytes)) => {
                    let mut lines = pin!(JsonLinesReader::<T, _>::new(bytes));
                    let mut broke_off = false;
                    while let Some(line) = next(lines.as_mut()).await {
                        match &line {
                            Ok(item) => {
                                failures = 0;
                                last_event_id = id(item).or(last_event_id);
                            }
                            Err(error) => broke_off = error.is_last(),
                        }
                        yield line;
                    }
                    if !broke_off {
                        return;
                    }
                }
            }
            tokio::time::sleep(pause(RETRY, failures)).await;
        }
    }
}

async fn next<S: Stream>(mut stream: Pin<&mut S>) -> Option<S::Item> {
    poll_fn(|cx| stream.as_mut().poll_next(cx)).await
}

/// Twice as long after each failure.
fn pause(retry: Duration, failures: u32) -> Duration {
    let factor = 2_u32.saturating_pow(failures.saturating_sub(1));
    retry.saturating_mul(factor).min(MAX_RETRY.max(retry))
}
