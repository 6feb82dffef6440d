//! Streams that reconnect and resume.

use std::error::Error as StdError;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::time::Duration;

use futures_core::Stream;
use serde::de::DeserializeOwned;

use crate::{JsonLinesReader, ReadError, SseMessage, SseReader};

/// The state that a new connection needs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reconnect {
    /// The value of `Last-Event-ID`. `None` before the first id.
    pub last_event_id: Option<String>,
    /// The number of failed connections since something was received.
    pub failures: u32,
}

/// The time before reconnecting, unless the server sets another one.
const RETRY: Duration = Duration::from_secs(3);
/// The longest time before reconnecting.
const MAX_RETRY: Duration = Duration::from_secs(60);

/// Reads server-sent events and reconnects when they end, as `EventSource` does.
///
/// `connect` sends the request with the given `Last-Event-ID` and returns the bytes of the
/// response. `None` ends the stream; return it for the status 204. When the bytes end or fail,
/// `connect` is called again after the `retry` time of the server, or 3 seconds. The time doubles
/// after each failure, up to a minute. An event that cannot be read is an error, and the stream
/// goes on.
///
/// ```no_run
/// use dmr_client::follow_events;
/// use futures_util::StreamExt;
///
/// # async fn example() {
/// # async fn get(url: &str, last_event_id: Option<String>) -> std::io::Result<futures_util::stream::Empty<std::io::Result<Vec<u8>>>> { Ok(futures_util::stream::empty()) }
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

/// Reads JSON Lines and reconnects when they fail. `id` returns the `Last-Event-ID` with which to
/// resume after an item. It works like [`follow_events`], with one difference: the stream ends when
/// the bytes end.
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

/// The time before reconnecting. It doubles after each failure.
fn pause(retry: Duration, failures: u32) -> Duration {
    let factor = 2_u32.saturating_pow(failures.saturating_sub(1));
    retry.saturating_mul(factor).min(MAX_RETRY.max(retry))
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::future::ready;
    use std::io;
    use std::pin::pin;

    use futures_util::{StreamExt, stream};

    use super::*;

    type Bytes = Result<&'static str, io::Error>;

    fn cut() -> Bytes {
        Err(io::Error::other("cut"))
    }

    /// Connections that are handed out one by one, and then the end.
    struct Connections(VecDeque<Result<Vec<Bytes>, io::Error>>, Vec<Reconnect>);

    impl Connections {
        fn next(
            &mut self,
            again: Reconnect,
        ) -> Result<Option<stream::Iter<std::vec::IntoIter<Bytes>>>, io::Error> {
            self.1.push(again);
            let connection = self.0.pop_front().transpose()?;
            Ok(connection.map(stream::iter))
        }
    }

    fn again(last_event_id: Option<&str>, failures: u32) -> Reconnect {
        Reconnect {
            last_event_id: last_event_id.map(str::to_owned),
            failures,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn events_go_on_where_they_were() {
        let begin = tokio::time::Instant::now();
        let mut connections = Connections(
            VecDeque::from([
                Ok(vec![
                    Ok("retry: 100\nid: 1\ndata: 1\n\nid: 2\n\ndata: 2"),
                    cut(),
                ]),
                Err(io::Error::other("refused")),
                Err(io::Error::other("refused")),
                Ok(vec![Ok("data: 3\n\n")]),
            ]),
            Vec::new(),
        );
        let mut found = Vec::new();
        {
            let mut events = pin!(follow_events::<u32, _, _, _, _, _>(|again| ready(
                connections.next(again)
            )));
            while let Some(event) = events.next().await {
                found.push(event.map(|event| (event.data, event.id)).ok());
            }
        }
        // The event that was cut off is lost. A server that knows ids sends it again.
        let event = |data, id: &str| Some((data, id.to_owned()));
        assert_eq!(found, [event(1, "1"), None, None, None, event(3, "")]);
        assert_eq!(
            connections.1,
            [
                again(None, 0),
                again(Some("2"), 0),
                again(Some("2"), 1),
                again(Some("2"), 2),
                again(Some("2"), 0),
            ]
        );
        // 100, 200 and 400 ms after the failures, and another pause before the end.
        assert_eq!(
            begin.elapsed(),
            Duration::from_millis(100 + 100 + 200 + 100)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn lines_end_when_the_server_is_done() {
        let mut connections = Connections(
            VecDeque::from([
                Ok(vec![Ok("1\n2\n3"), cut()]),
                Ok(vec![Ok("3\n"), Ok("4\n")]),
                Ok(vec![Ok("never asked for")]),
            ]),
            Vec::new(),
        );
        let mut found = Vec::new();
        {
            let lines = follow_lines::<u32, _, _, _, _, _>(
                |again| ready(connections.next(again)),
                |number| Some(number.to_string()),
            );
            let mut lines = pin!(lines);
            while let Some(line) = lines.next().await {
                found.push(line.ok());
            }
        }
        assert_eq!(found, [Some(1), Some(2), None, Some(3), Some(4)]);
        assert_eq!(connections.1, [again(None, 0), again(Some("2"), 0)]);
    }
}
