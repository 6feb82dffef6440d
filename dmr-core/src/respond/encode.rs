//! From events to chunks of bytes. Ready events share a chunk, and no event waits for a chunk to
//! fill up.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use tokio::time::{Instant, Sleep};

use super::turn::Turn;
use crate::format::{Format, Pings};
use crate::serializer::{SerializeError, Serializer};
use crate::stream::{EventError, EventStream, StreamEnd};
use crate::validation::EventCheck;

/// The size at which a chunk is handed over, in bytes.
const CHUNK: usize = 16 * 1024;
/// The spare room for the frame that fills a chunk, and the usual size of a single event, in bytes.
const SPARE: usize = 512;

/// The next step of a stream.
pub(crate) enum Encoded {
    /// The buffer has bytes to send.
    Chunk,
    /// The producer or the validation failed.
    Failed(EventError),
    /// An event cannot be serialized.
    Unwritable(SerializeError),
    /// The stream was silent for the time of `ping_interval`.
    Ping,
    /// No more events follow.
    End(StreamEnd),
    /// No more events follow, and the last event has been written.
    Closed,
    /// The producer panicked.
    Panicked(String),
}

/// The frames of a stream, with its types erased: one box for each response instead of each event.
pub(crate) trait Frames {
    /// The `Content-Type` of the response.
    fn content_type(&self) -> Cow<'static, str>;

    /// Renders events until the caller has something to do.
    fn poll_encoded(&mut self, cx: &mut Context<'_>) -> Poll<Encoded>;

    /// Renders an event that does not come from the stream.
    fn push(&mut self, event: &dyn erased_serde::Serialize) -> Result<(), SerializeError>;

    /// Renders an error in place of an event.
    fn push_error(&mut self, error: &dyn erased_serde::Serialize) -> Result<(), SerializeError>;

    /// Renders a ping that clients ignore.
    fn push_ping(&mut self);

    /// Renders the end of a complete stream.
    fn push_end(&mut self);

    /// Whether the buffer is empty.
    fn is_empty(&self) -> bool;

    /// Takes the rendered bytes.
    fn take(&mut self) -> Bytes;
}

/// Renders the events of one stream.
pub(crate) struct Encoder<'a, S, T, F> {
    events: EventStream<'a, T>,
    /// The check of each event, unless its type proves the schema.
    check: Option<EventCheck<'a>>,
    format: F,
    buffer: Vec<u8>,
    /// The expected size of the next chunk.
    expected: usize,
    idle: Option<Idle>,
    turn: Turn,
    serializer: PhantomData<S>,
}

impl<'a, S, T, F: Format> Encoder<'a, S, T, F> {
    /// `ping` is the option `ping_interval`. Zero turns pings off.
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
            turn: Turn::new(),
            serializer: PhantomData,
        }
    }

    /// Lets the format write a frame. An incomplete frame is removed.
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
        if !self.turn.goes_on() {
            // The chunk before is sent first, and the other tasks of the worker run.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        while self.buffer.len() < CHUNK {
            let event = match self.events.as_mut().poll_next(cx) {
                Poll::Ready(Some(Ok(event))) => event,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Encoded::Failed(error)),
                Poll::Ready(None) => return Poll::Ready(Encoded::End(StreamEnd::Complete)),
                Poll::Pending if self.buffer.is_empty() => {
                    self.turn.end();
                    let Some(idle) = &mut self.idle else {
                        return Poll::Pending;
                    };
                    ready!(idle.poll(cx));
                    return Poll::Ready(Encoded::Ping);
                }
                Poll::Pending => {
                    self.turn.end();
                    break;
                }
            };
            let written = match EventCheck::run(&mut self.check, &event) {
                Ok(None) => self.write(|format, out| format.frame::<S, T>(&event, out)),
                Ok(Some(changed)) => self.push(&changed),
                Err(error) => return Poll::Ready(Encoded::Failed(error)),
            };
            if let Err(error) = written {
                return Poll::Ready(Encoded::Unwritable(error));
            }
            if self.turn.event() {
                break;
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
        // A stream that filled a chunk will probably fill the next one. A slow stream does not hold
        // a whole chunk while it waits.
        let full = self.buffer.len() >= CHUNK;
        self.expected = if full { CHUNK + SPARE } else { SPARE };
        Bytes::from(std::mem::take(&mut self.buffer))
    }
}

/// Measures how long nothing was sent.
///
/// The timer is armed when the stream first waits, not when a chunk is sent. To reset a timer for
/// each chunk, or to run an interval beside the stream, would cost a busy stream timer operations
/// that it never needs: a chunk only clears `running`. The box of the `Sleep` is kept and reset, so
/// a slow stream does not allocate for each ping.
///
/// It is polled only while the stream is pending and the buffer is empty. So a ping never splits
/// the frames of a chunk, and never delays an event that is ready. While a client does not read,
/// the encoder is not polled, so pings do not pile up for it.
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
                // The deadline is beyond the range of the clock.
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
