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
/// `connect` sends the request, with the `Last-Event-ID` that it is told, and gives the bytes of
/// the response; `None` ends the stream, as a response with the status 204 asks for. When the bytes
/// end or break off, it is called again after what the server has said in `retry`, or 3 seconds,
/// and twice as long after each failure, up to a minute. Events that cannot be read are errors, and
/// the stream goes on.
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

/// JSON Lines over as many connections as it takes; `id` says with which `Last-Event-ID` to go on
/// after an item. Everything else is as in [`follow_events`], but that the stream ends when the
/// bytes do: a server that is done says so.
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

    /// Connections that are given out one after the other, and then the end.
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
        // The event that was cut off is lost, and comes again from a server that knows ids.
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
        // 100 ms, twice, four times for the failures, and once more in front of the end.
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
