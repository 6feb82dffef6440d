//! From events to chunks of bytes: many ready events share one chunk, and no event waits for a
//! chunk to fill up.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use tokio::time::{Instant, Sleep};

use crate::format::{Format, Pings};
use crate::serializer::{SerializeError, Serializer};
use crate::stream::{EventError, EventStream, StreamEnd};
use crate::validation::EventCheck;

/// A chunk is handed over once it has this many bytes.
const CHUNK: usize = 16 * 1024;
/// What the frame that fills a chunk may need beyond it, and what a lone event usually needs.
const SPARE: usize = 512;

/// What has happened to a stream since it was asked last.
pub(crate) enum Encoded {
    /// There are bytes to send.
    Chunk,
    /// The producer or the validation failed.
    Failed(EventError),
    /// An event cannot be written.
    Unwritable(SerializeError),
    /// Nothing was sent for as long as `ping_interval` says.
    Ping,
    /// There are no more events.
    End(StreamEnd),
    /// There are no more events, and everything has been said.
    Closed,
    /// The producer panicked.
    Panicked(String),
}

/// The frames of a stream whose types are erased: one box for each response, not for each event.
pub(crate) trait Frames {
    /// The `Content-Type` of the response.
    fn content_type(&self) -> Cow<'static, str>;

    /// Renders events until there is something to do.
    fn poll_encoded(&mut self, cx: &mut Context<'_>) -> Poll<Encoded>;

    /// Renders an event that does not come from the stream.
    fn push(&mut self, event: &dyn erased_serde::Serialize) -> Result<(), SerializeError>;

    /// Renders an error in place of an event.
    fn push_error(&mut self, error: &dyn erased_serde::Serialize) -> Result<(), SerializeError>;

    /// Renders what clients ignore.
    fn push_ping(&mut self);

    /// Renders the end of a complete stream.
    fn push_end(&mut self);

    /// Whether there are no bytes to send.
    fn is_empty(&self) -> bool;

    /// Takes the bytes that have been rendered.
    fn take(&mut self) -> Bytes;
}

/// Renders the events of one stream.
pub(crate) struct Encoder<'a, S, T, F> {
    events: EventStream<'a, T>,
    /// What each event has to match, unless its type proves that it does.
    check: Option<EventCheck<'a>>,
    format: F,
    buffer: Vec<u8>,
    /// How much the next chunk is expected to need.
    expected: usize,
    idle: Option<Idle>,
    serializer: PhantomData<S>,
}

impl<'a, S, T, F: Format> Encoder<'a, S, T, F> {
    /// `ping` is what the options say; zero stands for never.
    pub(crate) fn new(
        events: EventStream<'a, T>,
        check: Option<EventCheck<'a>>,
        ping: Option<Duration>,
    ) -> Self {
        let ping = ping.or(match F::PINGS {
            Pings::After(period) => Some(period),
            Pings::Never | Pings::WhenAsked => None,
        });
        let ping = ping.filter(|period| !period.is_zero());
        Self {
            events,
            check,
            format: F::default(),
            buffer: Vec::new(),
            expected: SPARE,
            idle: ping.map(Idle::new),
            serializer: PhantomData,
        }
    }

    /// Has the format write something; what it does not finish is removed.
    fn write(
        &mut self,
        write: impl FnOnce(&mut F, &mut Vec<u8>) -> Result<(), SerializeError>,
    ) -> Result<(), SerializeError> {
        if self.buffer.is_empty() {
            self.buffer.reserve(self.expected);
        }
        let start = self.buffer.len();
        let written = write(&mut self.format, &mut self.buffer);
        if written.is_err() {
            self.buffer.truncate(start);
        }
        written
    }
}

impl<S: Serializer, T: Serialize, F: Format> Frames for Encoder<'_, S, T, F> {
    fn content_type(&self) -> Cow<'static, str> {
        self.format.content_type()
    }

    fn poll_encoded(&mut self, cx: &mut Context<'_>) -> Poll<Encoded> {
        while self.buffer.len() < CHUNK {
            let event = match self.events.as_mut().poll_next(cx) {
                Poll::Ready(Some(Ok(event))) => event,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Encoded::Failed(error)),
                Poll::Ready(None) => return Poll::Ready(Encoded::End(StreamEnd::Complete)),
                Poll::Pending if self.buffer.is_empty() => {
                    let Some(idle) = &mut self.idle else {
                        return Poll::Pending;
                    };
                    ready!(idle.poll(cx));
                    return Poll::Ready(Encoded::Ping);
                }
                Poll::Pending => break,
            };
            if let Some(check) = self.check
                && let Err(invalid) = check.check(&event)
            {
                return Poll::Ready(Encoded::Failed(invalid.into()));
            }
            if let Err(error) = self.write(|format, out| format.frame::<S, T>(&event, out)) {
                return Poll::Ready(Encoded::Unwritable(error));
            }
        }
        Poll::Ready(Encoded::Chunk)
    }

    fn push(&mut self, event: &dyn erased_serde::Serialize) -> Result<(), SerializeError> {
        self.write(|format, out| format.frame::<S, _>(event, out))
    }

    fn push_error(&mut self, error: &dyn erased_serde::Serialize) -> Result<(), SerializeError> {
        self.write(|format, out| format.error::<S, _>(error, out))
    }

    fn push_ping(&mut self) {
        self.format.ping(&mut self.buffer);
    }

    fn push_end(&mut self) {
        self.format.end(&mut self.buffer);
    }

    fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    fn take(&mut self) -> Bytes {
        if let Some(idle) = &mut self.idle {
            idle.restart();
        }
        // A stream that filled a chunk will fill the next one. A slow one does not hold a chunk
        // while it waits.
        let full = self.buffer.len() >= CHUNK;
        self.expected = if full { CHUNK + SPARE } else { SPARE };
        Bytes::from(std::mem::take(&mut self.buffer))
    }
}

/// Measures how long nothing was sent. It costs nothing while events flow: the timer is set when
/// the stream first waits.
struct Idle {
    period: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
    running: bool,
}

impl Idle {
    fn new(period: Duration) -> Self {
        Self {
            period,
            sleep: None,
            running: false,
        }
    }

    fn restart(&mut self) {
        self.running = false;
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = self
            .sleep
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(self.period)));
        if !self.running {
            let Some(deadline) = Instant::now().checked_add(self.period) else {
                // Later than the clock can tell.
                return Poll::Pending;
            };
            sleep.as_mut().reset(deadline);
            self.running = true;
        }
        ready!(sleep.as_mut().poll(cx));
        self.running = false;
        Poll::Ready(())
    }
}
