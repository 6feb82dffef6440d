//! The options on all levels: endpoint, controller, router and settings. Each method is a key of
//! the attributes.

mod controller_options;
mod endpoint_options;
mod level_options;
mod levels;
mod list;

pub use controller_options::ControllerOptions;
pub(crate) use endpoint_options::EndpointOptions;
pub use endpoint_options::{ModifyOptions, ValidateOptions};
pub(crate) use level_options::{LevelOptions, level_options};
pub(crate) use levels::Levels;
pub(crate) use list::List;
pub use list::Set;

pub use crate::error::{ErrorHandler, GlobalErrorHandler};
pub use crate::response::EventModel;
pub use ::cookie::SameSite;

/// A rule of HTTP that is checked when the application is built, unless the option
/// `no_validate_http_spec` lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpSpec {
    /// `GET`, `HEAD`, `DELETE`, `CONNECT` and `TRACE` take no body (RFC 9110, 9.3).
    EmptyRequestBody,
    /// Responses with a status below 200, or with 204, 205 or 304, have no body (RFC 9110, 6.4.1
    /// and 15.3.6).
    EmptyResponseBody,
}

/// The answer to a client that accepts none of the media types of an endpoint (RFC 9110, 12.5.1).
///
/// An endpoint that returns [`ValueOrEvents`](crate::stream::ValueOrEvents) is always lenient.
///
/// ```
/// use dmr_core::Router;
/// use dmr_core::options::Accept;
///
/// let router = Router::new("api/").accept(Accept::Lenient);
/// # let _ = router;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Accept {
    /// `Accept` is a demand: the client gets a 406.
    #[default]
    Strict,
    /// `Accept` is a wish: the client gets the first media type of the endpoint. The document has
    /// no 406.
    Lenient,
}
