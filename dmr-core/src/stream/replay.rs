//! [`Replay`]: a log of events that clients follow, and resume where they were cut off.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use futures_core::Stream;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::watch;

use super::{EventError, SseEvent};
use crate::error::Error;

/// A log of events with ids, which keeps the newest events. A client that sends the last id that it
/// has seen gets all later events, past and future, without gaps and duplicates.
///
/// Clones share the log. Any number of streams may follow it, each at its own pace. A stream that
/// is too slow, or resumes too late, to get all events is [told so](Replayed::Missed).
///
/// ```
/// use dmr_core::stream::{Events, Replay, Replayed, SseEvent, try_events};
/// use dmr_core::{Headers, Sse};
/// use futures_util::StreamExt;
/// use std::sync::Arc;
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Resume {
///     #[serde(rename = "Last-Event-ID", default)]
///     last_event_id: Option<u64>,
/// }
///
/// struct News {
///     log: Replay<String>,
/// }
///
/// impl News {
///     async fn get(&self, resume: Headers<Resume>) -> Sse<'_, SseEvent<Arc<String>>> {
///         let mut news = Box::pin(self.log.after(resume.last_event_id));
///         try_events! {
///             while let Some(next) = news.next().await {
///                 match next? {
///                     Replayed::Event(event) => yield event.into_sse(),
///                     Replayed::Missed => yield SseEvent::comment_only("some news are gone"),
///                 }
///             }
///         }
///     }
/// }
///
/// let news = News { log: Replay::new(1000) };
/// news.log.publish("it works".to_owned());
/// ```
pub struct Replay<T, S = MemoryLog<T>> {
    store: Arc<S>,
    events: PhantomData<fn() -> T>,
}

/// An item of a stream that follows a [`Replay`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed<T> {
    /// The next event.
    Event(Numbered<T>),
    /// Events between the last one and the next one have been dropped.
    Missed,
}

/// An event with its id. In JSON, the id is another member of the event.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Numbered<T> {
    /// The id. It is greater than the ids of all earlier events.
    pub id: u64,
    /// The event.
    #[serde(flatten)]
    pub event: Arc<T>,
}

impl<T> Clone for Numbered<T> {
    fn clone(&self) -> Self {
        Self {
            id: self.id,
            event: Arc::clone(&self.event),
        }
    }
}

impl<T> Numbered<T> {
    /// Makes a server-sent event with the id. Browsers then resume by themselves.
    pub fn into_sse(self) -> SseEvent<Arc<T>> {
        SseEvent::new(self.event).id(self.id)
    }
}

/// The store of a [`Replay`]: memory, or a store that several servers share.
pub trait ReplayStore<T>: Send + Sync + 'static {
    /// Adds an event and returns its id, which is greater than the ids of all earlier events.
    fn append(&self, event: T) -> impl Future<Output = Result<u64, EventError>>;

    /// Returns the oldest events after an id, or the oldest of all. The store may limit their
    /// number.
    fn after(&self, id: Option<u64>) -> impl Future<Output = Result<Kept<T>, EventError>>;

    /// Returns the id of the newest event, if there is one.
    fn newest(&self) -> impl Future<Output = Result<Option<u64>, EventError>>;

    /// Waits for an event after this id. It may return early.
    fn changed(&self, id: Option<u64>) -> impl Future<Output = Result<(), EventError>>;
}

/// A batch of events from a [`ReplayStore`].
#[derive(Debug)]
pub struct Kept<T> {
    /// Whether events before these have been dropped.
    pub missed: bool,
    /// The events, the oldest first.
    pub events: Vec<Numbered<T>>,
}

impl<T> Replay<T> {
    /// A log in memory that keeps the newest `capacity` events, at least one.
    pub fn new(capacity: usize) -> Self {
        Self::with_store(MemoryLog::new(capacity))
    }

    /// Adds an event and returns its id.
    pub fn publish(&self, event: T) -> u64 {
        self.store.push(event)
    }
}

impl<T, S> Replay<T, S> {
    /// A log in another store.
    pub fn with_store(store: S) -> Self {
        Self {
            store: Arc::new(store),
            events: PhantomData,
        }
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }
}

impl<T, S: ReplayStore<T>> Replay<T, S> {
    /// Adds an event and returns its id.
    ///
    /// # Errors
    ///
    /// The store fails: an internal error.
    pub async fn append(&self, event: T) -> Result<u64, Error> {
        let appended = self.store.append(event).await;
        appended.map_err(|error| Error::internal(error.to_string()))
    }

    /// Streams the events after an id, such as that of `Last-Event-ID`, and all future events.
    /// Without an id, only future events.
    pub fn after(
        &self,
        last: Option<u64>,
    ) -> impl Stream<Item = Result<Replayed<T>, EventError>> + use<T, S> {
        let store = Arc::clone(&self.store);
        async_stream::try_stream! {
            let seen = match last {
                Some(last) => Some(last),
                None => store.newest().await?,
            };
            for await next in follow(store, seen) {
                yield next?;
            }
        }
    }

    /// Streams the events that the log still has, and all future events.
    pub fn from_start(&self) -> impl Stream<Item = Result<Replayed<T>, EventError>> + use<T, S> {
        follow(Arc::clone(&self.store), None)
    }
}

/// Streams the events after an id, or all events of the log, and all future events.
fn follow<T, S: ReplayStore<T>>(
    store: Arc<S>,
    mut seen: Option<u64>,
) -> impl Stream<Item = Result<Replayed<T>, EventError>> {
    async_stream::try_stream! {
        loop {
            let kept = store.after(seen).await?;
            // A reader without an id has not asked for the dropped events.
            if kept.missed && seen.is_some() {
                yield Replayed::Missed;
                seen = None;
            }
            let waits = kept.events.is_empty();
            for event in kept.events {
                seen = Some(event.id);
                yield Replayed::Event(event);
            }
            if waits {
                store.changed(seen).await?;
            }
        }
    }
}

impl<T, S> Clone for Replay<T, S> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            events: PhantomData,
        }
    }
}

impl<T, S> fmt::Debug for Replay<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").finish_non_exhaustive()
    }
}

/// A store in the memory of one process.
///
/// The ids begin at the time when the log was made, in microseconds since 1970. So they are greater
/// than the ids of an earlier process: a client that resumes after a restart of the server learns
/// that it has missed events.
pub struct MemoryLog<T> {
    kept: Mutex<Ring<T>>,
    /// The id of the newest event. Before the first event, the id before it.
    newest: watch::Sender<u64>,
    begin: u64,
    capacity: usize,
}

struct Ring<T> {
    events: VecDeque<Arc<T>>,
    /// The id of the first event in the ring, or of the next event if the ring is empty.
    first: u64,
    /// Whether events have been dropped.
    full: bool,
}

/// The greatest number of events in a batch.
const BATCH: usize = 64;

impl<T> MemoryLog<T> {
    fn new(capacity: usize) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(1, |now| u64::try_from(now.as_micros()).unwrap_or(1));
        Self {
            kept: Mutex::new(Ring {
                events: VecDeque::new(),
                first: now,
                full: false,
            }),
            newest: watch::Sender::new(now - 1),
            begin: now - 1,
            capacity: capacity.max(1),
        }
    }

    fn push(&self, event: T) -> u64 {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.events.len() == self.capacity {
            kept.events.pop_front();
            kept.first += 1;
            kept.full = true;
        }
        let id = kept.first + kept.events.len() as u64;
        kept.events.push_back(Arc::new(event));
        // The ring is still locked, so ids are announced in order.
        self.newest.send_replace(id);
        id
    }
}

impl<T: Send + Sync + 'static> ReplayStore<T> for MemoryLog<T> {
    async fn append(&self, event: T) -> Result<u64, EventError> {
        Ok(self.push(event))
    }

    async fn after(&self, id: Option<u64>) -> Result<Kept<T>, EventError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let next = kept.first + kept.events.len() as u64;
        let (missed, skipped) = match id {
            None => (kept.full, 0),
            // The id belongs to another log, or its events have been dropped.
            Some(id) if id.saturating_add(1) < kept.first || id >= next => (true, 0),
            Some(id) => (false, id + 1 - kept.first),
        };
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let events = kept.events.iter().enumerate().skip(skipped).take(BATCH);
        let events = events.map(|(index, event)| Numbered {
            id: kept.first + index as u64,
            event: Arc::clone(event),
        });
        Ok(Kept {
            missed,
            events: events.collect(),
        })
    }

    async fn newest(&self) -> Result<Option<u64>, EventError> {
        Ok(Some(*self.newest.borrow()))
    }

    async fn changed(&self, id: Option<u64>) -> Result<(), EventError> {
        let seen = id.unwrap_or(self.begin);
        let mut newest = self.newest.subscribe();
        let announced = newest.wait_for(|newest| *newest > seen);
        // This cannot fail: the log itself holds the sender.
        let _ = announced.await;
        Ok(())
    }
}

impl<T> fmt::Debug for MemoryLog<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLog")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::{FutureExt, StreamExt};

    use super::*;

    /// The items that are ready: the events, and 0 for missed ones.
    fn ready(stream: impl Stream<Item = Result<Replayed<u32>, EventError>>) -> Vec<u32> {
        let mut stream = pin!(stream);
        let mut found = Vec::new();
        while let Some(Some(Ok(next))) = stream.next().now_or_never() {
            found.push(match next {
                Replayed::Event(event) => *event.event,
                Replayed::Missed => 0,
            });
        }
        found
    }

    #[test]
    fn goes_on_where_it_was() {
        let log = Replay::new(3);
        let ids: Vec<u64> = (1..=5).map(|event| log.publish(event)).collect();
        assert_eq!(ready(log.after(Some(ids[3]))), [5]);
        assert_eq!(ready(log.after(Some(ids[4]))), [0; 0]);
        assert_eq!(ready(log.after(Some(ids[1]))), [3, 4, 5]);
        assert_eq!(ready(log.after(Some(ids[0]))), [0, 3, 4, 5]);
        assert_eq!(ready(log.after(None)), [0; 0]);
        assert_eq!(ready(log.from_start()), [3, 4, 5]);
        // Ids of another log, older and newer.
        assert_eq!(ready(log.after(Some(7))), [0, 3, 4, 5]);
        assert_eq!(ready(log.after(Some(u64::MAX))), [0, 3, 4, 5]);
    }

    #[test]
    fn an_empty_log_is_waited_for() {
        let log = Replay::new(2);
        let mut late = Box::pin(log.after(Some(7)));
        let missed = late.next().now_or_never().flatten();
        assert!(matches!(missed, Some(Ok(Replayed::Missed))));
        assert!(late.next().now_or_never().is_none());
        log.publish(1);
        assert_eq!(ready(late), [1]);
    }

    #[test]
    fn one_that_is_slow_is_told() {
        let log = Replay::new(2);
        let mut slow = Box::pin(log.after(None));
        assert!(slow.next().now_or_never().is_none());
        log.publish(1);
        let first = slow.next().now_or_never().flatten();
        assert!(matches!(first, Some(Ok(Replayed::Event(event))) if *event.event == 1));
        for event in 2..=5 {
            log.publish(event);
        }
        assert_eq!(ready(slow), [0, 4, 5]);
    }

    #[test]
    fn an_event_is_published_with_its_id() {
        let numbered = Numbered {
            id: 7,
            event: Arc::new(serde_json::json!({"text": "hello"})),
        };
        assert_eq!(
            serde_json::to_string(&numbered).expect("JSON"),
            r#"{"id":7,"text":"hello"}"#
        );
    }
}
