//! A log of events that clients follow, and take up again where they were cut off.

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

/// Events with ids, of which the newest are kept: a client that says which id it has seen last gets
/// what came after it, and then what comes, without a gap and without a duplicate.
///
/// Clones share the log. Any number of streams may follow it, each at its own pace; one that is so
/// slow, or comes back so late, that events are gone is [told](Replayed::Missed).
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

/// What a stream that follows a [`Replay`] gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed<T> {
    /// The next event.
    Event(Numbered<T>),
    /// Events between the last one and the next one are gone.
    Missed,
}

/// An event with its id. As JSON it is the event with a member `id`.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Numbered<T> {
    /// The id. It is greater than those of all events before.
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
    /// The event with its id where server-sent events have it, so that browsers resume by
    /// themselves.
    pub fn into_sse(self) -> SseEvent<Arc<T>> {
        SseEvent::new(self.event).id(self.id)
    }
}

/// Where a [`Replay`] keeps its events: in memory, or somewhere that several servers share.
pub trait ReplayStore<T>: Send + Sync + 'static {
    /// Adds an event, and returns its id, which is greater than those of all events before.
    fn append(&self, event: T) -> impl Future<Output = Result<u64, EventError>>;

    /// The oldest events after an id, or the oldest of all. There may be a limit to how many come
    /// at once.
    fn after(&self, id: Option<u64>) -> impl Future<Output = Result<Kept<T>, EventError>>;

    /// The id of the newest event, if there is one.
    fn newest(&self) -> impl Future<Output = Result<Option<u64>, EventError>>;

    /// Waits until there is an event after this id. It may return too early.
    fn changed(&self, id: Option<u64>) -> impl Future<Output = Result<(), EventError>>;
}

/// What a [`ReplayStore`] has kept.
#[derive(Debug)]
pub struct Kept<T> {
    /// Whether there have been others before these, which are gone.
    pub missed: bool,
    /// The events, the oldest first.
    pub events: Vec<Numbered<T>>,
}

impl<T> Replay<T> {
    /// A log in memory that keeps so many events, at least one.
    pub fn new(capacity: usize) -> Self {
        Self::with_store(MemoryLog::new(capacity))
    }

    /// Adds an event, and returns its id.
    pub fn publish(&self, event: T) -> u64 {
        self.store.push(event)
    }
}

impl<T, S> Replay<T, S> {
    /// A log that is kept elsewhere.
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
    /// Adds an event, and returns its id.
    ///
    /// # Errors
    ///
    /// The store fails: an internal error.
    pub async fn append(&self, event: T) -> Result<u64, Error> {
        let appended = self.store.append(event).await;
        appended.map_err(|error| Error::internal(error.to_string()))
    }

    /// The events after an id, as `Last-Event-ID` says it, and all that come; without an id only
    /// those that come.
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

    /// The events that are still there, and all that come.
    pub fn from_start(&self) -> impl Stream<Item = Result<Replayed<T>, EventError>> + use<T, S> {
        follow(Arc::clone(&self.store), None)
    }
}

/// The events after an id, or all that are there, and those that come.
fn follow<T, S: ReplayStore<T>>(
    store: Arc<S>,
    mut seen: Option<u64>,
) -> impl Stream<Item = Result<Replayed<T>, EventError>> {
    async_stream::try_stream! {
        loop {
            let kept = store.after(seen).await?;
            // A reader that has seen nothing does not miss anything.
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

/// The newest events, in the memory of one process.
///
/// The ids count on from the time, in microseconds since 1970, at which the log was made. So they
/// are greater than those of the process before, and a client that comes back to a server that was
/// restarted learns that it has missed something.
pub struct MemoryLog<T> {
    kept: Mutex<Ring<T>>,
    /// The id of the newest event, or the one before the first.
    newest: watch::Sender<u64>,
    begin: u64,
    capacity: usize,
}

struct Ring<T> {
    events: VecDeque<Arc<T>>,
    /// The id of the first event in the ring, or of the next one, if it is empty.
    first: u64,
    /// Whether events have been dropped.
    full: bool,
}

/// How many events are handed out at once.
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
        // While the ring is locked, so that ids are announced in order.
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
            // Of another log.
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
        // The sender is in this log.
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

    /// What is there at once: events, and 0 for those that are gone.
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
