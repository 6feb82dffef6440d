//! Errors before the first byte of a response. Later errors are [`EventError`](crate::EventError)s.

mod any_error;
mod error_body;
mod error_model;
mod error_responses;
mod handler;
mod problem_details;

use std::error::Error as StdError;
use std::fmt;

use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::error_detail::{ErrorDetail, ErrorType, joined_messages};
use crate::quoted::quoted;
use crate::response::{BodyContent, Data, Head, RedirectError, RedirectTo, Response, head_methods};

pub use any_error::{AnyError, DeclaredErrors};
pub use error_body::ErrorBody;
pub use error_model::ErrorModel;
pub use error_responses::{ErrorResponses, merged};
pub(crate) use handler::{EndpointHandler, HandleError, SettingsHandler};
pub use handler::{ErrorHandler, GlobalErrorHandler};
pub use problem_details::{ProblemDetails, ReservedMember};

/// The reason why a request gets an error response.
///
/// An application makes two kinds of error. An answer of the application has a status and either
/// data ([`Error::new`]) or a message in the error model ([`Error::msg`]). [`Error::internal`] is a
/// failure whose cause the client does not see. All other errors come from dmr.
/// [`Controller::handle_error`](crate::Controller::handle_error) can answer them, and
/// [`kind`](Error::kind) tells them apart. The derive macro `ErrorResponses` converts the variants
/// of an enum into answers.
///
/// [`AnyError`] is for endpoints that use `?` on errors of many types. An endpoint can return your
/// own error type once it converts into `Error`:
///
/// ```
/// use dmr_core::{Error, ErrorModel};
/// use http::StatusCode;
///
/// enum StoreError { Taken }
///
/// impl From<StoreError> for Error {
///     fn from(_: StoreError) -> Self {
///         Error::new(StatusCode::CONFLICT, ErrorModel::msg("this address is taken"))
///     }
/// }
/// # assert_eq!(Error::from(StoreError::Taken).status(), StatusCode::CONFLICT);
/// ```
#[must_use = "an error does nothing until the endpoint returns it"]
pub struct Error(Box<Inner>);

head_methods!([] Error => 0.head);

struct Inner {
    kind: ErrorKind,
    /// The status is always set.
    head: Head,
    details: Vec<ErrorDetail>,
    data: Option<Box<dyn Data>>,
    problem: Option<Box<ProblemDetails>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kind of an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A response of the application. The error handlers do not see it.
    Application,
    /// The body cannot be parsed, or the components of the request do not match their schema: 400.
    Request,
    /// The credentials are missing or bad: 401.
    Unauthorized,
    /// The method has no endpoint: 405.
    NotAllowed,
    /// The `Accept` header cannot be satisfied: 406.
    NotAcceptable,
    /// The request is longer than a limit: 413.
    ContentTooLarge,
    /// No route has the path: 404.
    NotFound,
    /// The response does not match what the endpoint declares: 422.
    Response,
    /// The server failed: 500.
    Internal,
}

impl Error {
    /// An error response of the application, with `data` as its body.
    ///
    /// The endpoint has to declare the status with the option `responses`; otherwise the client
    /// gets a 422 that says so. For redirects use [`RedirectTo`](crate::RedirectTo): with a 3xx
    /// status, this is an [internal](Self::internal) error.
    pub fn new(
        status: StatusCode,
        data: impl Serialize + JsonSchema + Send + Sync + 'static,
    ) -> Self {
        let mut error = Self::application(status, Vec::new());
        if error.kind() == ErrorKind::Application {
            error.0.data = Some(Box::new(data));
        }
        error
    }

    /// An error response of the application with a message, in the error model of the controller.
    /// The endpoint declares it with [`ResponseSpec::error`](crate::ResponseSpec::error).
    ///
    /// ```
    /// use dmr_core::Error;
    /// use http::StatusCode;
    ///
    /// let error = Error::msg(StatusCode::NOT_FOUND, "there is no such book");
    /// assert_eq!(error.details()[0].msg, "there is no such book");
    /// ```
    pub fn msg(status: StatusCode, msg: impl fmt::Display) -> Self {
        Self::with_details(status, vec![ErrorDetail::new(msg)])
    }

    /// Like [`msg`](Self::msg), with several details.
    pub fn with_details(status: StatusCode, details: Vec<ErrorDetail>) -> Self {
        Self::application(status, details)
    }

    fn application(status: StatusCode, details: Vec<ErrorDetail>) -> Self {
        if status.is_redirection() {
            let status = status.as_str();
            return Self::internal(format!(
                "Error::new should not be used with redirects, use `RedirectTo` instead with status code {status}"
            ));
        }
        Self::framework(ErrorKind::Application, status, details)
    }

    fn with_problem(mut self, problem: ProblemDetails) -> Self {
        self.0.problem = Some(Box::new(problem));
        self
    }

    /// A failure of the server: 500, `Internal server error`. The client sees the text of `source`
    /// only if [`debug`](crate::Settings::debug) is on.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let mut error = Self::framework(
            ErrorKind::Internal,
            StatusCode::INTERNAL_SERVER_ERROR,
            vec![ErrorDetail::new("Internal server error").error_type(ErrorType::INTERNAL_ERROR)],
        );
        error.0.source = Some(source.into());
        error
    }

    /// An error for bad or missing credentials: 401. An [`Auth`](crate::auth::Auth) that returns it
    /// stops the chain.
    pub fn unauthorized() -> Self {
        Self::framework(
            ErrorKind::Unauthorized,
            StatusCode::UNAUTHORIZED,
            vec![ErrorDetail::new("Not authenticated").error_type(ErrorType::SECURITY)],
        )
    }

    pub(crate) fn request(details: Vec<ErrorDetail>) -> Self {
        Self::framework(ErrorKind::Request, StatusCode::BAD_REQUEST, details)
    }

    /// A body that cannot be parsed: 400.
    pub(crate) fn unreadable(msg: impl fmt::Display) -> Self {
        Self::request(vec![
            ErrorDetail::new(msg).error_type(ErrorType::VALUE_ERROR),
        ])
    }

    pub(crate) fn content_too_large(limit: u64) -> Self {
        Self::too_large(format_args!("Request content is larger than {limit} bytes"))
    }

    pub(crate) fn too_many(limit: usize, what: &str) -> Self {
        Self::too_large(format_args!("Request content has more than {limit} {what}"))
    }

    pub(crate) fn item_too_large(limit: usize) -> Self {
        Self::too_large(format_args!("The item is larger than {limit} bytes"))
    }

    fn too_large(msg: impl fmt::Display) -> Self {
        Self::framework(
            ErrorKind::ContentTooLarge,
            StatusCode::PAYLOAD_TOO_LARGE,
            vec![ErrorDetail::new(msg).error_type(ErrorType::VALUE_ERROR)],
        )
    }

    /// No route has the path: 404.
    pub(crate) fn not_found() -> Self {
        Self::framework(
            ErrorKind::NotFound,
            StatusCode::NOT_FOUND,
            vec![ErrorDetail::new("Page not found").error_type(ErrorType::NOT_FOUND)],
        )
    }

    pub(crate) fn not_acceptable(msg: impl fmt::Display) -> Self {
        Self::framework(
            ErrorKind::NotAcceptable,
            StatusCode::NOT_ACCEPTABLE,
            vec![ErrorDetail::new(msg).error_type(ErrorType::VALUE_ERROR)],
        )
    }

    pub(crate) fn not_allowed(method: &str, allowed: &[&str]) -> Self {
        let msg = format!(
            "Method '{method}' is not allowed, allowed: [{}]",
            quoted(allowed)
        );
        Self::framework(
            ErrorKind::NotAllowed,
            StatusCode::METHOD_NOT_ALLOWED,
            vec![ErrorDetail::new(msg).error_type(ErrorType::NOT_ALLOWED)],
        )
    }

    /// The same error with another status.
    pub(crate) fn at_status(mut self, status: StatusCode) -> Self {
        self.0.head.status = Some(status);
        self
    }

    pub(crate) fn response(details: Vec<ErrorDetail>) -> Self {
        Self::framework(
            ErrorKind::Response,
            StatusCode::UNPROCESSABLE_ENTITY,
            details,
        )
    }

    fn framework(kind: ErrorKind, status: StatusCode, details: Vec<ErrorDetail>) -> Self {
        Self(Box::new(Inner {
            kind,
            head: Head::of(status),
            details,
            data: None,
            problem: None,
            source: None,
        }))
    }

    /// Sets the type of all [details](Self::details).
    pub fn error_type(mut self, error_type: &ErrorType) -> Self {
        for detail in &mut self.0.details {
            detail.error_type = Some(error_type.clone());
        }
        self
    }

    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.0
            .head
            .status
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// A reference to the failure, if the error is [internal](Error::internal) and the failure is
    /// an `E`.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.0.source.as_deref()?.downcast_ref()
    }

    /// Returns the failure as an `E`, or the error itself. So `?` passes on the errors that a
    /// handler does not know.
    ///
    /// # Errors
    ///
    /// The unchanged error, if it is not internal or its failure is not an `E`.
    pub fn downcast<E: StdError + 'static>(mut self) -> Result<E, Self> {
        match self
            .0
            .source
            .take()
            .map(<dyn StdError + Send + Sync>::downcast)
        {
            Some(Ok(source)) => Ok(*source),
            Some(Err(source)) => {
                self.0.source = Some(source);
                Err(self)
            }
            None => Err(self),
        }
    }

    /// The problems that the client sees.
    pub fn details(&self) -> &[ErrorDetail] {
        &self.0.details
    }

    pub(crate) fn into_details(self) -> Vec<ErrorDetail> {
        self.0.details
    }

    /// Changes the messages that the client sees.
    pub(crate) fn map_texts(mut self, change: impl Fn(&str) -> String) -> Self {
        for detail in &mut self.0.details {
            detail.msg = change(&detail.msg);
        }
        self
    }

    /// Shows the client the text of an internal failure. Called only in debug.
    pub(crate) fn reveal(&mut self) {
        if let Some(source) = &self.0.source {
            self.0.details = vec![ErrorDetail::new(source).error_type(ErrorType::INTERNAL_ERROR)];
        }
    }

    /// The problem details from which the error was made.
    pub(crate) fn problem(&self) -> Option<&ProblemDetails> {
        self.0.problem.as_deref()
    }

    /// Takes the data of the application, if there is any.
    pub(crate) fn take_data(&mut self) -> Option<Box<dyn Data>> {
        self.0.data.take()
    }

    /// The status, the headers and the cookies of the response.
    pub(crate) fn into_head(self) -> Head {
        self.0.head
    }

    /// Converts the error into a response. `format` makes the body and the headers of an error
    /// without data.
    pub(crate) fn into_response(
        mut self,
        format: impl FnOnce(&Self) -> (Box<dyn Data>, HeaderMap),
    ) -> Response {
        let (data, formatted) = match self.take_data() {
            Some(data) => (data, HeaderMap::new()),
            None => format(&self),
        };
        let mut head = self.into_head();
        let own = std::mem::replace(&mut head.headers, formatted);
        head.headers.extend(own);
        Response {
            head,
            body: BodyContent::Data(data),
        }
    }
}

impl From<RedirectTo> for Error {
    /// Makes an answer of the application, without a body.
    fn from(redirect: RedirectTo) -> Self {
        let mut error = Self::framework(ErrorKind::Application, redirect.status, Vec::new());
        error.0.data = Some(Box::new(()));
        error.header(LOCATION, redirect.url)
    }
}

impl From<RedirectError> for Error {
    /// Makes an internal error: an unsafe redirect is a failure of the server.
    fn from(error: RedirectError) -> Self {
        Self::internal(error)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("status", &self.status())
            .field("details", &self.0.details)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.source {
            Some(source) => write!(f, "{}: {source}", self.status()),
            None if self.0.details.is_empty() => self.status().fmt(f),
            None => write!(f, "{}: {}", self.status(), joined_messages(&self.0.details)),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
