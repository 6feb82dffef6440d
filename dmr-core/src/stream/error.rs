//! Errors inside of streams, and the answers to them.

use std::error::Error as StdError;
use std::fmt;

use serde::Serialize;

use crate::error_detail::{ErrorDetail, ErrorType, joined_messages};

/// An error that happened while the events of a stream were produced or validated.
///
/// Every error converts into it with `?`.
/// [`Controller::handle_event_error`](crate::Controller::handle_event_error) receives it and can
/// answer it.
///
/// ```
/// use dmr_core::EventError;
/// use std::num::ParseIntError;
///
/// fn parse(line: &str) -> Result<u64, EventError> {
///     Ok(line.parse()?)
/// }
///
/// let error = parse("x").unwrap_err();
/// assert!(error.downcast::<ParseIntError>().is_ok());
/// ```
pub struct EventError(Repr);

enum Repr {
    Close,
    Error(Box<dyn StdError>),
}

impl EventError {
    /// The close error. When the producer or the hook returns it, the stream ends cleanly.
    pub fn close() -> Self {
        Self(Repr::Close)
    }

    /// Whether this is the close error.
    pub fn is_close(&self) -> bool {
        matches!(self.0, Repr::Close)
    }

    /// Whether the error is an `E`.
    pub fn is<E: StdError + 'static>(&self) -> bool {
        self.downcast_ref::<E>().is_some()
    }

    /// Returns the error as an `E`, or the error itself. So `?` passes on the errors that a hook
    /// does not know.
    ///
    /// # Errors
    ///
    /// The unchanged error, if it is not an `E`.
    pub fn downcast<E: StdError + 'static>(self) -> Result<E, Self> {
        match self.0 {
            Repr::Error(error) => match error.downcast() {
                Ok(error) => Ok(*error),
                Err(error) => Err(Self(Repr::Error(error))),
            },
            Repr::Close => Err(self),
        }
    }

    /// A reference to the error, if it is an `E`.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        match &self.0 {
            Repr::Error(error) => error.downcast_ref(),
            Repr::Close => None,
        }
    }
}

impl<E: Into<Box<dyn StdError>>> From<E> for EventError {
    fn from(error: E) -> Self {
        Self(Repr::Error(error.into()))
    }
}

impl fmt::Debug for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Close => f.write_str("EventError::close()"),
            Repr::Error(error) => f.debug_tuple("EventError").field(error).finish(),
        }
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Close => f.write_str("the stream was closed"),
            Repr::Error(error) => error.fmt(f),
        }
    }
}

/// An event that does not match the declared schema, or that a
/// [validator](crate::stream::EventValidator) refuses.
///
/// If [`handle_event_error`](crate::Controller::handle_event_error) does not answer it, the client
/// gets the controller's error model as an event, and the stream goes on.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the event does not match its schema: {}", joined_messages(.details))]
pub struct InvalidEvent {
    details: Vec<ErrorDetail>,
}

impl InvalidEvent {
    pub(crate) fn new(details: Vec<ErrorDetail>) -> Self {
        Self { details }
    }

    /// An event that a [validator](crate::stream::EventValidator) refuses.
    pub fn msg(text: impl fmt::Display) -> Self {
        let detail = ErrorDetail::new(text).error_type(ErrorType::VALUE_ERROR);
        Self::new(vec![detail])
    }

    /// The problems of the event.
    pub fn details(&self) -> &[ErrorDetail] {
        &self.details
    }
}

/// The answer of [`handle_event_error`](crate::Controller::handle_event_error): an event in place
/// of the one that failed.
///
/// The event is not validated. A producer that has failed usually yields nothing more: the body of
/// [`try_events!`](crate::stream::try_events) ends with its first error. The stream then ends with
/// either form.
///
/// ```
/// use dmr_core::{ErrorModel, EventReply};
///
/// let goes_on = EventReply::event(ErrorModel::msg("line skipped"));
/// let ends = EventReply::last(ErrorModel::msg("out of data"));
/// # let _ = (goes_on, ends);
/// ```
#[must_use = "the hook has to return it"]
pub struct EventReply {
    pub(crate) event: Box<dyn erased_serde::Serialize>,
    /// Whether the format writes it as an error, such as an event named `error`.
    pub(crate) is_error: bool,
    pub(crate) last: bool,
}

impl EventReply {
    /// Sends `event`. The stream goes on.
    pub fn event(event: impl Serialize + 'static) -> Self {
        Self {
            event: Box::new(event),
            is_error: false,
            last: false,
        }
    }

    /// Sends `error` as an error of the format. The stream goes on. In server-sent events it is an
    /// event named `error`, in other formats an event like any other.
    pub fn error(error: impl Serialize + 'static) -> Self {
        Self {
            is_error: true,
            ..Self::event(error)
        }
    }

    /// Sends `event`. The stream then ends cleanly.
    pub fn last(event: impl Serialize + 'static) -> Self {
        Self::event(event).and_end()
    }

    /// Ends the stream cleanly after the event.
    pub fn and_end(mut self) -> Self {
        self.last = true;
        self
    }
}

impl fmt::Debug for EventReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventReply")
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}
