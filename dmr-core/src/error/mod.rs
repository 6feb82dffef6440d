//! Errors before the first byte of a response; [`EventError`] is for those after it.

mod event_error;
mod model;

use std::error::Error as StdError;
use std::fmt;

use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::response::Data;

pub(crate) use event_error::list;
pub use event_error::{EventError, EventReply, InvalidEvent};
pub use model::{ErrorDetail, ErrorLocation, ErrorModel, ErrorType};

/// Why a request is not answered as the endpoint meant to.
///
/// An application makes two kinds: [`Error::new`], a response of its own with a status and data, and [`Error::internal`],
/// a failure that the client learns nothing about. All others come from dmr, and
/// [`Controller::handle_error`](crate::Controller::handle_error) can answer them: [`kind`](Error::kind) tells which it is.
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
    details: Vec<ErrorDetail>,
    data: Option<Box<dyn Data>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What an [`Error`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A response that the application made with [`Error::new`]. It does not pass the error handlers.
    Application,
    /// The components of the request do not match their schema: 400.
    Request,
    /// No or bad credentials: 401.
    NotAuthenticated,
    /// The method has no endpoint: 405.
    NotAllowed,
    /// The `Accept` header cannot be satisfied: 406.
    NotAcceptable,
    /// The response does not match what the endpoint declares: 422.
    Response,
    /// The server failed: 500.
    Internal,
}

impl Error {
    /// An error response of the application: `data` is the body as it is.
    ///
    /// The endpoint has to declare the status, see `responses`; otherwise the client gets a 422 that says so.
    pub fn new(
        status: StatusCode,
        data: impl Serialize + JsonSchema + Send + Sync + 'static,
    ) -> Self {
        let mut error = Self::framework(ErrorKind::Application, status, Vec::new());
        error.0.data = Some(Box::new(data));
        error
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
            details,
            data: None,
            source: None,
        }))
    }

    /// Adds a header to the response. The endpoint has to declare it.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
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

    /// Shows the client the text of an internal failure: in debug.
    pub(crate) fn reveal(&mut self) {
        if let Some(source) = &self.0.source {
            self.0.details = vec![ErrorDetail::new(source).error_type(ErrorType::INTERNAL_ERROR)];
        }
    }

    pub(crate) fn into_parts(self) -> (StatusCode, HeaderMap, Option<Box<dyn Data>>) {
        (self.0.status, self.0.headers, self.0.data)
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
