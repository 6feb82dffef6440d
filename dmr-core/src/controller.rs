//! The trait that users implement.

use std::future::Future;

use schemars::JsonSchema;
use serde::Serialize;

use crate::endpoint::{ControllerOptions, EndpointSet};
use crate::error::{Error, ErrorModel, EventError, EventReply};
use crate::json::Json;
use crate::response::Response;
use crate::serializer::Serializer;

/// A resource: one async method for each HTTP verb that it serves, and hooks that it may override.
///
/// The attribute `#[controller]` belongs on the impl. It takes the methods that are named after a verb (`get`, `post`, `put`,
/// `patch`, `delete`, `head`, `trace`, `query`, and `meta`, which serves `OPTIONS`) as endpoints, and fills in the
/// associated types that are not given: [`SerdeJson`](crate::serializer::SerdeJson) and [`ErrorModel`].
///
/// ```text
/// #[controller(tags = ["users"])]
/// impl Controller for Users {
///     async fn get(&self, page: Query<Page>) -> Vec<User> { … }
/// }
/// ```
///
/// The application builds a controller once, and all workers share it. What an endpoint does with it need not be `Send`: a
/// request stays on its worker.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no controller",
    label = "is no controller",
    note = "make it one:\n#[controller]\nimpl Controller for {Self} {{ … }}"
)]
pub trait Controller: Endpoints + Send + Sync + Sized + 'static {
    /// How values become bytes.
    type Serializer: Serializer;

    /// The body of error responses.
    type ErrorModel: Serialize + JsonSchema + From<ErrorModel> + Send + Sync + 'static;

    /// Answers an error in its own way: one of an endpoint, or one that dmr found. An error made with [`Error::new`] does
    /// not come here, it is an answer already.
    ///
    /// # Errors
    ///
    /// An error that is returned is answered as dmr does by default: the given one unchanged is the common case.
    fn handle_error(&self, error: Error) -> impl Future<Output = Result<Response, Error>> {
        std::future::ready(Err(error))
    }

    /// Answers an error inside a stream with an event. The error is one of the producer, or an
    /// [`InvalidEvent`](crate::InvalidEvent).
    ///
    /// # Errors
    ///
    /// For an error that is returned, dmr does what it does by default: it sends an invalid event's errors as the error
    /// model and goes on; it ends the stream for the [close error](EventError::close); it aborts the connection for any
    /// other.
    fn handle_event_error(
        &self,
        error: EventError,
    ) -> impl Future<Output = Result<EventReply, EventError>> {
        std::future::ready(Err(error))
    }

    /// Makes the body of an error response. By default the [details](Error::details) of the error, as they are.
    fn format_error(&self, error: &Error) -> Self::ErrorModel {
        ErrorModel::from(error.details().to_vec()).into()
    }

    /// What a stream sends when it has sent nothing for as long as `ping_seconds` says. Without that option it is never
    /// asked for. The event bypasses event validation.
    fn ping_event(&self) -> Option<Json> {
        None
    }
}

/// The endpoints of a [`Controller`], written by `#[controller]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no controller: its endpoints are unknown",
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
