//! [`ValueOrEvents`]: a method that streams on demand.

use std::fmt;

use super::Events;

/// A value of the type `T`, or a stream of events of the type `E` in the format `F`. The method
/// decides for each request, for example by a member of the body.
///
/// The document shows both under one status, 200 by default. Clients often send the same `Accept`
/// whether they ask for a stream or not. So `Accept` only chooses among several formats and among
/// several renderers: the endpoint never answers with a 406. The value and the events need
/// different media types.
///
/// ```
/// use dmr_core::stream::{ValueOrEvents, events, format::Sse};
///
/// async fn count(to: u32, stream: bool) -> ValueOrEvents<'static, Vec<u32>, u32, Sse> {
///     if stream {
///         ValueOrEvents::Events(events! {
///             for number in 0..to {
///                 yield number;
///             }
///         })
///     } else {
///         ValueOrEvents::Value((0..to).collect())
///     }
/// }
/// ```
#[must_use = "the endpoint has to return it"]
pub enum ValueOrEvents<'a, T, E, F> {
    /// The value, in the negotiated format of bodies.
    Value(T),
    /// The stream.
    Events(Events<'a, E, F>),
}

impl<'a, T, E, F> From<Events<'a, E, F>> for ValueOrEvents<'a, T, E, F> {
    fn from(events: Events<'a, E, F>) -> Self {
        Self::Events(events)
    }
}

impl<T: fmt::Debug, E, F> fmt::Debug for ValueOrEvents<'_, T, E, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => f.debug_tuple("Value").field(value).finish(),
            Self::Events(events) => f.debug_tuple("Events").field(events).finish(),
        }
    }
}
