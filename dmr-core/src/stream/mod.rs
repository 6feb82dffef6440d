//! Streams of events.
//!
//! An endpoint streams if it returns [`Events`]. There are four ways to make them:
//!
//! - [`events!`](crate::stream::events) and [`try_events!`](crate::stream::try_events): a block
//!   with `yield`. (A bare `yield` in the method does not compile on stable Rust, even under an
//!   attribute macro.)
//! - [`Events::generate`]: an async closure that sends. rustfmt and editors treat it like any code.
//! - [`Events::new`] and [`Events::fallible`]: any [`Stream`].
//! - [`Events::blocking`]: a blocking iterator, for development only.

mod blocking;
mod error;
mod generate;
mod lifetime;
mod replay;
mod streaming_response;
mod validator;
mod value_or_events;
mod value_or_items;

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;

use futures_core::Stream;
use futures_util::StreamExt;

use crate::format::{Blocking, Format, NamesFormat};

pub use crate::format::{
    self, AnyMediaType, ApplicationJson, BodyPart, EventId, EventName, Formats, InvalidEventText,
    ItemFormat, MediaType, SseEvent,
};
pub use crate::{events, try_events};
pub use error::{EventError, EventReply, InvalidEvent};
pub use generate::Sender;
pub(crate) use generate::{Output, generator};
pub use lifetime::StreamEnd;
pub(crate) use lifetime::{Shutdown, StreamLimits};
pub use replay::{Kept, MemoryLog, Numbered, Replay, ReplayStore, Replayed};
pub use streaming_response::StreamingResponse;
pub(crate) use streaming_response::stream_headers;
pub(crate) use validator::AnyValidator;
pub use validator::{CheckSchema, EventSchema, EventValidator, EventValidators};
pub use value_or_events::ValueOrEvents;
pub use value_or_items::{Items, ValueOrItems};

/// A stream of events of the type `T` in the format `F`. If `F` is a tuple of formats, such as
/// `(Sse, JsonLines)`, the client gets the one that it prefers.
///
/// The events may borrow for `'a`: from the controller, if an endpoint returns `Events<'_, …>`. The
/// parameters of the endpoint move into the stream.
///
/// ```
/// use dmr_core::stream::{Events, JsonLines, events};
///
/// struct Users { names: Vec<String> }
///
/// impl Users {
///     async fn get(&self) -> JsonLines<'_, &str> {
///         events! {
///             for name in &self.names {
///                 yield name.as_str();
///             }
///         }
///     }
/// }
/// ```
#[must_use = "the endpoint has to return it"]
pub struct Events<'a, T, F> {
    pub(crate) stream: EventStream<'a, T>,
    format: PhantomData<fn() -> F>,
}

pub(crate) type EventStream<'a, T> = Pin<Box<dyn Stream<Item = Result<T, EventError>> + 'a>>;

/// The type of the events of an alias that only names its format: `(Sse, JsonLines)` in
/// `Events<'_, T, (Sse, JsonLines)>`. It has no values.
///
/// ```
/// use dmr_core::stream::{Events, JsonLines, Sse, events};
///
/// async fn get() -> Events<'static, u32, (Sse<'static>, JsonLines<'static>)> {
///     events! { yield 1; }
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub enum AnyEvent {}

impl<F: Format> NamesFormat for Events<'_, AnyEvent, F> {
    type Format = F;
}

/// A stream of [JSON Lines](format::JsonLines).
pub type JsonLines<'a, T = AnyEvent> = Events<'a, T, format::JsonLines>;
/// A stream of [JSON Lines as text](format::TextJsonLines).
pub type TextJsonLines<'a, T = AnyEvent> = Events<'a, T, format::TextJsonLines>;
/// A stream of [NDJSON](format::NdJson).
pub type NdJson<'a, T = AnyEvent> = Events<'a, T, format::NdJson>;
/// A [JSON text sequence](format::JsonSeq).
pub type JsonSeq<'a, T = AnyEvent> = Events<'a, T, format::JsonSeq>;
/// A [GeoJSON text sequence](format::GeoJsonSeq).
pub type GeoJsonSeq<'a, T = AnyEvent> = Events<'a, T, format::GeoJsonSeq>;
/// A stream of [server-sent events](format::Sse).
pub type Sse<'a, T = AnyEvent> = Events<'a, T, format::Sse>;
/// A [JSON array](format::JsonArray) that is written element by element.
pub type JsonArray<'a, T = AnyEvent> = Events<'a, T, format::JsonArray>;
/// A stream of [parts](format::MultipartMixed).
pub type MultipartMixed<'a, T = AnyEvent> = Events<'a, T, format::MultipartMixed>;
/// A table of [comma-separated values](format::Csv).
pub type Csv<'a, T = AnyEvent> = Events<'a, T, format::Csv>;

impl<'a, T, F> Events<'a, T, F> {
    fn from_stream(stream: impl Stream<Item = Result<T, EventError>> + 'a) -> Self {
        Self {
            stream: Box::pin(stream),
            format: PhantomData,
        }
    }
}

impl<'a, T: 'a, F: Formats> Events<'a, T, F> {
    /// Makes each item of a stream an event.
    ///
    /// ```
    /// use dmr_core::JsonLines;
    /// use futures_util::stream;
    ///
    /// async fn get() -> JsonLines<'static, u32> {
    ///     JsonLines::new(stream::iter([1, 2, 3]))
    /// }
    /// ```
    pub fn new(stream: impl Stream<Item = T> + 'a) -> Self {
        Self::from_stream(stream.map(Ok))
    }

    /// Makes each item of a fallible stream an event. Items after an error are sent if
    /// [`handle_event_error`](crate::Controller::handle_event_error) lets the stream go on.
    ///
    /// ```
    /// use dmr_core::JsonLines;
    /// use futures_util::stream;
    ///
    /// async fn get() -> JsonLines<'static, u32> {
    ///     JsonLines::fallible(stream::iter(["1", "x"]).map(|text| text.parse::<u32>()))
    /// }
    /// # use futures_util::StreamExt;
    /// ```
    pub fn fallible<E: Into<EventError>>(stream: impl Stream<Item = Result<T, E>> + 'a) -> Self {
        Self::from_stream(stream.map(|item| item.map_err(Into::into)))
    }

    /// Streams the events that an async closure sends. Each `send` waits until the client can take
    /// the next event.
    ///
    /// ```
    /// use dmr_core::JsonLines;
    ///
    /// async fn get() -> JsonLines<'static, u32> {
    ///     JsonLines::generate(async move |out| {
    ///         for line in ["1", "2"] {
    ///             out.send(line.parse()?).await;
    ///         }
    ///         Ok(())
    ///     })
    /// }
    /// ```
    pub fn generate(producer: impl AsyncFnOnce(Sender<T>) -> Result<(), EventError> + 'a) -> Self {
        Self::from_stream(generate::events(producer))
    }
}

impl<T: Send + 'static, F: Format> Events<'static, T, Blocking<F>> {
    /// Makes each item of a blocking iterator an event. The iterator runs on the blocking pool.
    ///
    /// This is for development. Each client holds a thread for as long as it listens, so the build
    /// of the application fails unless [`debug`](crate::Settings::debug) is on.
    ///
    /// ```
    /// use dmr_core::stream::{Events, format::{Blocking, JsonLines}};
    ///
    /// async fn get() -> Events<'static, u64, Blocking<JsonLines>> {
    ///     Events::blocking(0..10)
    /// }
    /// ```
    pub fn blocking<I>(iterator: I) -> Self
    where
        I: IntoIterator<Item = T> + Send + 'static,
    {
        Self::from_stream(blocking::stream(iterator))
    }
}

impl<T, F> fmt::Debug for Events<'_, T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}

/// Makes [`Events`] from a block with `yield`.
///
/// The block moves its captures, like `async move`, and may `.await`. For `?`, use
/// [`try_events!`](crate::stream::try_events).
///
/// ```
/// use dmr_core::stream::{JsonLines, events};
///
/// async fn get() -> JsonLines<'static, u32> {
///     events! {
///         for number in 0..3 {
///             yield number;
///         }
///     }
/// }
/// ```
#[macro_export]
macro_rules! events {
    ($($body:tt)*) => {
        $crate::stream::Events::new($crate::__private::async_stream::stream! { $($body)* })
    };
}

/// Makes [`Events`](crate::stream::Events) from a block with `yield` and `?`.
///
/// An error ends the block and goes to
/// [`handle_event_error`](crate::Controller::handle_event_error).
///
/// ```
/// use dmr_core::stream::{JsonLines, try_events};
///
/// async fn get() -> JsonLines<'static, u32> {
///     try_events! {
///         for line in ["1", "2", "x"] {
///             let number: u32 = line.parse()?;
///             yield number;
///         }
///     }
/// }
/// ```
#[macro_export]
macro_rules! try_events {
    ($($body:tt)*) => {
        $crate::__private::try_events($crate::__private::async_stream::try_stream! { $($body)* })
    };
}
