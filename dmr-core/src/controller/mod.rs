//! [`Controller`], the trait that users implement.

mod hooks;

use std::future::Future;

use crate::component::States;
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
/// The impl needs the attribute `#[controller]`. It makes endpoints of the methods that are named
/// after a verb (`get`, `post`, `put`, `patch`, `delete`, `head`, `trace`, `query`, and `meta`,
/// which serves `OPTIONS`). It fills in the associated types that are missing:
/// [`SerdeJson`](crate::serializer::SerdeJson) and [`ErrorModel`](crate::ErrorModel).
///
/// ```text
/// #[controller(tags = ["users"])]
/// impl Controller for Users {
///     async fn get(&self, page: Query<Page>) -> Vec<User> { … }
/// }
/// ```
///
/// The application builds a controller once, and all workers share it. The future of an endpoint
/// need not be `Send`: a request stays on its worker.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a controller",
    label = "is not a controller",
    note = "make it one:\n#[controller]\nimpl Controller for {Self} {{ … }}"
)]
pub trait Controller: Endpoints + Send + Sync + Sized + 'static {
    /// The format of requests and responses, unless the options name `parsers` and `renderers`.
    type Serializer: Serializer;

    /// The body of error responses.
    type ErrorModel: ErrorBody;

    /// Answers an error that an endpoint returned or that dmr found. `None` passes the error to the
    /// next layer.
    ///
    /// There are three layers: the endpoint's option `error_handler`, this hook, and
    /// [`Settings::error_handler`](crate::Settings::error_handler). The hook does not see errors
    /// that are answers of the application, such as [`Error::new`], nor responses that break their
    /// declaration.
    fn handle_error(&self, error: &Error) -> impl Future<Output = Option<Response>> {
        let _ = error;
        std::future::ready(None)
    }

    /// Answers an error in a stream with an event. The error comes from the producer, or is an
    /// [`InvalidEvent`](crate::InvalidEvent).
    ///
    /// # Errors
    ///
    /// dmr handles a returned error as it does by default:
    ///
    /// - an invalid event: it sends the problems as the error model, and the stream goes on;
    /// - an [invalid item](crate::component::InvalidItem) of the request: it sends the problems,
    ///   and the stream ends;
    /// - the [close error](EventError::close): the stream ends;
    /// - any other error: it aborts the connection.
    fn handle_event_error(
        &self,
        error: EventError,
    ) -> impl Future<Output = Result<EventReply, EventError>> {
        std::future::ready(Err(error))
    }

    /// Makes the body of an error response. [`ErrorBody::from_error`] by default.
    fn format_error(&self, error: &Error) -> Self::ErrorModel {
        ErrorBody::from_error(error)
    }

    /// The event that a stream sends after it has sent nothing for the time of `ping_interval`.
    /// `None`, the default, stands for a ping of the format, which clients ignore. The event is not
    /// validated.
    fn ping_event(&self) -> Option<Json> {
        None
    }

    /// The last event of a stream that ends without an error. None by default. With an event at the
    /// end of a [complete](StreamEnd::Complete) stream, a client can tell it from one that was cut
    /// off, even if the format does not mark the end. The event is not validated.
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

    /// Offers the state that [dependencies](crate::component::Dependency) and components take as
    /// [`State<S>`](crate::component::State). None by default. dmr calls it when the application is
    /// built. State that many controllers share is offered by [`Router::state`](crate::Router::state).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use dmr_core::component::States;
    /// # struct Store;
    /// struct Books { store: Arc<Store> }
    ///
    /// # impl Books {
    /// fn provide_state(&self, states: &mut States) {
    ///     states.offer(&self.store);
    /// }
    /// # }
    /// ```
    fn provide_state(&self, states: &mut States) {
        let _ = states;
    }
}

/// The endpoints of a [`Controller`]. `#[controller]` writes the impl.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a controller: its endpoints are unknown",
    label = "has no endpoints",
    note = "write the attribute above the impl:\n#[controller]\nimpl Controller for {Self} {{ … }}"
)]
pub trait Endpoints {
    /// The name of the type, without its path and parameters.
    const NAME: &'static str;

    /// Applies the options of the attribute.
    fn options(&self, options: ControllerOptions) -> ControllerOptions;

    /// Registers every endpoint.
    fn endpoints(&self, endpoints: &mut EndpointSet<'_, Self>)
    where
        Self: Controller;
}
