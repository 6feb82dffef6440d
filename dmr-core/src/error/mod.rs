//! Errors before the first byte of a response; [`EventError`] is for those after it.

mod body;
mod event_error;
mod handler;
mod model;
mod problem;
mod responses;

use std::error::Error as StdError;
use std::fmt;

use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::response::{Body, Data, NewCookie, Response};

pub use body::ErrorBody;
pub(crate) use event_error::list;
pub use event_error::{EventError, EventReply, InvalidEvent};
pub(crate) use handler::{EndpointHandler, SettingsHandler};
pub use handler::{ErrorHandler, GlobalErrorHandler};
pub use model::{ErrorDetail, ErrorLocation, ErrorModel, ErrorType};
pub use problem::{ProblemDetails, ReservedMember};
pub use responses::{ErrorResponses, merged};

/// Why a request is not answered as the endpoint meant to.
///
/// An application makes two kinds: answers of its own, with a status and either data ([`Error::new`]) or a message in the
/// error model ([`Error::msg`]), and [`Error::internal`], a failure that the client learns nothing about. All others come
/// from dmr, and [`Controller::handle_error`](crate::Controller::handle_error) can answer them: [`kind`](Error::kind) tells
/// which it is. The derive macro `ErrorResponses` makes answers of the variants of an enum.
///
/// A type of your own is returned by an endpoint once it converts into `Error`:
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
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    status: StatusCode,
    headers: HeaderMap,
    cookies: Vec<NewCookie>,
    details: Vec<ErrorDetail>,
    data: Option<Box<dyn Data>>,
    problem: Option<Box<ProblemDetails>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What an [`Error`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A response of the application. It does not pass the error handlers.
    Application,
    /// The body cannot be parsed, or the components of the request do not match their schema: 400.
    Request,
    /// No or bad credentials: 401.
    NotAuthenticated,
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
    /// An error response of the application: `data` is the body as it is.
    ///
    /// The endpoint has to declare the status, see `responses`; otherwise the client gets a 422 that says so. A redirect is
    /// no error of this kind: with a 3xx status, this is an [internal](Self::internal) error, see
    /// [`RedirectTo`](crate::RedirectTo).
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

    /// An error response of the application with a message, in the error model of the controller. The endpoint declares it
    /// with [`ResponseSpec::error`](crate::ResponseSpec::error).
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

    pub(crate) fn redirect(status: StatusCode) -> Self {
        let mut error = Self::framework(ErrorKind::Application, status, Vec::new());
        error.0.data = Some(Box::new(()));
        error
    }

    fn with_problem(mut self, problem: ProblemDetails) -> Self {
        self.0.problem = Some(Box::new(problem));
        self
    }

    /// A failure of the server: 500, `Internal server error`. The client sees the text of `source` only in debug.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let mut error = Self::framework(
            ErrorKind::Internal,
            StatusCode::INTERNAL_SERVER_ERROR,
            vec![ErrorDetail::new("Internal server error").error_type(ErrorType::INTERNAL_ERROR)],
        );
        error.0.source = Some(source.into());
        error
    }

    /// Bad or missing credentials: 401. An [`Auth`](crate::auth::Auth) that returns it stops the chain.
    pub fn not_authenticated() -> Self {
        Self::framework(
            ErrorKind::NotAuthenticated,
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
        let names: Vec<String> = allowed.iter().map(|name| format!("'{name}'")).collect();
        let msg = format!(
            "Method '{method}' is not allowed, allowed: [{}]",
            names.join(", ")
        );
        Self::framework(
            ErrorKind::NotAllowed,
            StatusCode::METHOD_NOT_ALLOWED,
            vec![ErrorDetail::new(msg).error_type(ErrorType::NOT_ALLOWED)],
        )
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
            status,
            headers: HeaderMap::new(),
            cookies: Vec::new(),
            details,
            data: None,
            problem: None,
            source: None,
        }))
    }

    /// Adds a header to the response. The endpoint has to declare it.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
        self
    }

    /// Sets a cookie with the response. The endpoint has to declare it.
    #[must_use]
    pub fn cookie(mut self, cookie: NewCookie) -> Self {
        self.0.cookies.push(cookie);
        self
    }

    /// Adds the kind of problem to all [details](Self::details).
    #[must_use]
    pub fn error_type(mut self, error_type: &ErrorType) -> Self {
        for detail in &mut self.0.details {
            detail.error_type = Some(error_type.clone());
        }
        self
    }

    /// What the error is about.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The headers that go with the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// A reference to the failure, if this is [internal](Error::internal) and the failure is an `E`.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.0.source.as_deref()?.downcast_ref()
    }

    /// The failure as an `E`, or the error itself again, so that `?` passes on what a handler does not know.
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

    /// What is wrong, as the client gets to know it.
    pub fn details(&self) -> &[ErrorDetail] {
        &self.0.details
    }

    pub(crate) fn into_details(self) -> Vec<ErrorDetail> {
        self.0.details
    }

    /// Changes the texts that the client gets to know.
    pub(crate) fn map_texts(mut self, change: impl Fn(&str) -> String) -> Self {
        for detail in &mut self.0.details {
            detail.msg = change(&detail.msg);
        }
        self
    }

    /// Shows the client the text of an internal failure: in debug.
    pub(crate) fn reveal(&mut self) {
        if let Some(source) = &self.0.source {
            self.0.details = vec![ErrorDetail::new(source).error_type(ErrorType::INTERNAL_ERROR)];
        }
    }

    /// The problem that the error was made of.
    pub(crate) fn problem(&self) -> Option<&ProblemDetails> {
        self.0.problem.as_deref()
    }

    /// The body of the application's own, if there is one.
    pub(crate) fn take_data(&mut self) -> Option<Box<dyn Data>> {
        self.0.data.take()
    }

    /// What the response has beside its status and its body.
    pub(crate) fn into_head(self) -> (HeaderMap, Vec<NewCookie>) {
        (self.0.headers, self.0.cookies)
    }

    /// The response; `body` is the formatted error, for one without data of its own.
    pub(crate) fn into_response(
        self,
        body: impl FnOnce(&Self) -> (Box<dyn Data>, HeaderMap),
    ) -> Response {
        let mut error = self;
        let (data, formatted) = match error.take_data() {
            Some(data) => (data, HeaderMap::new()),
            None => body(&error),
        };
        let mut response = Response::of(Body::Data(data)).with_status(error.0.status);
        response.headers = formatted;
        response.headers.extend(error.0.headers);
        response.cookies = error.0.cookies;
        response
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("status", &self.0.status)
            .field("details", &self.0.details)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.source {
            Some(source) => write!(f, "{}: {source}", self.0.status),
            None if self.0.details.is_empty() => self.0.status.fmt(f),
            None => write!(f, "{}: {}", self.0.status, list(&self.0.details)),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
