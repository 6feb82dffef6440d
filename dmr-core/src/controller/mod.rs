//! The trait that users implement.

mod hooks;

use std::future::Future;

use crate::endpoint::EndpointSet;
use crate::error::{Error, ErrorBody};
use crate::json::Json;
use crate::options::ControllerOptions;
use crate::response::Response;
use crate::serializer::Serializer;
use crate::stream::{EventError, EventReply, StreamEnd};

pub(crate) use hooks::Hooks;

/// A resource: one async method for each HTTP verb that it serves, and hooks that it may override.
///
/// The attribute `#[controller]` belongs on the impl. It takes the methods that are named after a
/// verb (`get`, `post`, `put`, `patch`, `delete`, `head`, `trace`, `query`, and `meta`, which
/// serves `OPTIONS`) as endpoints, and fills in the associated types that are not given:
/// [`SerdeJson`](crate::serializer::SerdeJson) and [`ErrorModel`](crate::ErrorModel).
///
/// ```text
/// #[controller(tags = ["users"])]
/// impl Controller for Users {
///     async fn get(&self, page: Query<Page>) -> Vec<User> { … }
/// }
/// ```
///
/// The application builds a controller once, and all workers share it. What an endpoint does with
/// it need not be `Send`: a request stays on its worker.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a controller",
    label = "is not a controller",
    note = "make it one:\n#[controller]\nimpl Controller for {Self} {{ … }}"
)]
pub trait Controller: Endpoints + Send + Sync + Sized + 'static {
    /// The format of requests and responses, if the options name no `parsers` and `renderers`.
    type Serializer: Serializer;

    /// The body of error responses.
    type ErrorModel: ErrorBody;

    /// Answers an error in its own way: one of an endpoint, or one that dmr found. `None` leaves it
    /// to the next layer.
    ///
    /// There are three layers: the endpoint's option `error_handler`, this hook, and
    /// [`Settings::error_handler`](crate::Settings::error_handler). An answer of the application,
    /// such as one of [`Error::new`], does not come here; nor does a response that breaks its
    /// declaration.
    fn handle_error(&self, error: &Error) -> impl Future<Output = Option<Response>> {
        let _ = error;
        std::future::ready(None)
    }

    /// Answers an error inside a stream with an event. The error is one of the producer, or an
    /// [`InvalidEvent`](crate::InvalidEvent).
    ///
    /// # Errors
    ///
    /// For an error that is returned, dmr does what it does by default: it sends an invalid event's
    /// errors as the error model and goes on; it sends those of an [invalid
    /// item](crate::component::InvalidItem) of the request, and ends; it ends the stream for the
    /// [close error](EventError::close); it aborts the connection for any other.
    fn handle_event_error(
        &self,
        error: EventError,
    ) -> impl Future<Output = Result<EventReply, EventError>> {
        std::future::ready(Err(error))
    }

    /// Makes the body of an error response; by default with [`ErrorBody::from_error`].
    fn format_error(&self, error: &Error) -> Self::ErrorModel {
        ErrorBody::from_error(error)
    }

    /// What a stream sends when it has sent nothing for as long as `ping_interval` says; by default
    /// what clients of its format ignore. The event bypasses event validation.
    fn ping_event(&self) -> Option<Json> {
        None
    }

    /// What a stream sends last, when it ends without an error; by default nothing. With an event
    /// at the end of a [complete](StreamEnd::Complete) stream, a client can tell it from one that
    /// was cut off, even in a format that has no end of its own. The event bypasses event
    /// validation.
    ///
    /// ```
    /// use dmr_core::stream::{SseEvent, StreamEnd};
    /// use dmr_core::EventReply;
    ///
    /// fn last_event(end: StreamEnd) -> Option<EventReply> {
    ///     (end == StreamEnd::Complete).then(|| EventReply::event(SseEvent::<()>::raw("[DONE]")))
    /// }
    /// # let _ = last_event;
    /// ```
    fn last_event(&self, end: StreamEnd) -> Option<EventReply> {
        let _ = end;
        None
    }
}

/// The endpoints of a [`Controller`], written by `#[controller]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a controller: its endpoints are unknown",
    label = "has no endpoints",
    note = "write the attribute above the impl:\n#[controller]\nimpl Controller for {Self} {{ … }}"
)]
pub trait Endpoints {
    /// The name of the type, without its path and parameters.
    const NAME: &'static str;

    /// The options of the attribute.
    fn options(&self, options: ControllerOptions) -> ControllerOptions;

    /// Registers every endpoint.
    fn endpoints(&self, endpoints: &mut EndpointSet<'_, Self>)
    where
        Self: Controller;
}
