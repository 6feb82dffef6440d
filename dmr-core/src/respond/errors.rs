//! Error responses: those of the application, of a handler, or the default. All errors leave
//! through here.

use std::any::Any;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::finished::{self, body_of, rendered};
use super::{HttpResponse, ResponseBody};
use crate::controller::Hooks;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorBody, ErrorKind, ProblemDetails};
use crate::response::{Data, Response};
use crate::serializer::{AnyRenderer, SerializeError};

/// Answers an error.
///
/// The responses of applications and handlers are checked like any other. If one breaks its
/// declaration, the client gets an error that says so.
pub(super) async fn answer(
    endpoint: &Endpoint,
    renderer: &AnyRenderer,
    error: Error,
) -> HttpResponse {
    let metadata = &endpoint.metadata;
    let format = endpoint.error_format();
    if metadata.debug && error.kind() == ErrorKind::NotAcceptable {
        tracing::warn!(
            endpoint = metadata.name(),
            %error,
            "a client accepts none of the media types: to send it the first one instead of a 406, \
             set the option `accept = Accept::Lenient`"
        );
    }
    let finished = match error.kind() {
        ErrorKind::Application => {
            let response = error.into_response(|error| format.data(renderer, error));
            finished::response(metadata, renderer, response)
        }
        // The response has already failed its check.
        ErrorKind::Response => Err(error),
        _ => match handled(endpoint, &error).await {
            Some(response) => finished::response(metadata, renderer, response),
            None => Err(error),
        },
    };
    match finished {
        Ok(response) => response,
        Err(error) => error_response(&format, renderer, declared(endpoint, error)),
    }
}

/// The answer of the first layer that answers: the endpoint's handler, the controller's hook, the
/// handler of the settings.
async fn handled(endpoint: &Endpoint, error: &Error) -> Option<Response> {
    if let Some(handler) = &endpoint.error_handler
        && let Some(response) = handler.handle(error).await
    {
        return Some(response);
    }
    if let Some(response) = endpoint.controller.handle_error(error).await {
        return Some(response);
    }
    match &endpoint.metadata.error_handler {
        Some(handler) => handler.handle(error).await,
        None => None,
    }
}

/// The error of the default answer. Its status has to be declared, unless the error is about the
/// declaration, the `Accept` header or the server itself.
fn declared(endpoint: &Endpoint, error: Error) -> Error {
    let checked = match error.kind() {
        ErrorKind::Request | ErrorKind::Unauthorized | ErrorKind::ContentTooLarge => {
            endpoint.metadata.declaration.check_status(error.status())
        }
        _ => Ok(()),
    };
    checked.err().unwrap_or(error)
}

/// The format in which a controller writes errors.
pub(crate) struct ErrorFormat<'e> {
    pub(crate) hooks: &'e dyn Hooks,
    /// The name of the endpoint or the path, for the log.
    pub(crate) name: &'e str,
    /// Whether clients see the texts of internal errors.
    pub(crate) debug: bool,
}

impl ErrorFormat<'_> {
    /// The body of an error: problem details if the client asked for them, else the error model of
    /// the controller.
    fn data(&self, renderer: &AnyRenderer, error: &Error) -> (Box<dyn Data>, HeaderMap) {
        if self.wants_problem_details(renderer) {
            let problem = ProblemDetails::from_error(error);
            (Box::new(problem), HeaderMap::new())
        } else {
            self.hooks.format_error(error)
        }
    }

    /// The body of an error in bytes. The error model is written without a box: it is most of a
    /// rejection.
    fn write(
        &self,
        renderer: &AnyRenderer,
        error: &Error,
    ) -> (Result<Bytes, SerializeError>, HeaderMap) {
        if self.wants_problem_details(renderer) {
            let problem = ProblemDetails::from_error(error);
            return (rendered(renderer, &problem, false), HeaderMap::new());
        }
        let mut body = Vec::with_capacity(256);
        let (written, headers) = self.hooks.write_error(error, renderer, &mut body);
        (written.map(|()| body_of(body, false)), headers)
    }

    fn wants_problem_details(&self, renderer: &AnyRenderer) -> bool {
        renderer.is_problem_details() && !self.hooks.writes_problem_details()
    }
}

/// The default response of an error.
pub(crate) fn error_response(
    format: &ErrorFormat<'_>,
    renderer: &AnyRenderer,
    mut error: Error,
) -> HttpResponse {
    let endpoint = format.name;
    if error.kind() == ErrorKind::Internal {
        tracing::error!(endpoint, %error, "internal server error");
        if format.debug {
            error.reveal();
        }
    }
    let status = error.status();
    let (body, mut headers) = match error.take_data() {
        Some(data) => (rendered(renderer, &*data, false), HeaderMap::new()),
        None => format.write(renderer, &error),
    };
    let mut head = error.into_head();
    if !headers.is_empty() {
        headers.extend(std::mem::take(&mut head.headers));
        head.headers = headers;
    }
    let written = head.into_headers().and_then(|headers| Ok((headers, body?)));
    written_error(renderer, status, written)
}

/// The response with the headers and the body of an error. A 500 without a body if they cannot be
/// written.
pub(crate) fn written_error(
    renderer: &AnyRenderer,
    status: StatusCode,
    written: Result<(HeaderMap, Bytes), SerializeError>,
) -> HttpResponse {
    let (status, headers, body) = match written {
        Ok((headers, body)) => (status, headers, body),
        Err(error) => {
            tracing::error!(%error, "the error model cannot be serialized");
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            (status, HeaderMap::new(), Bytes::new())
        }
    };
    let body = ResponseBody::whole(body);
    HttpResponse::new(status, renderer.content_type(), headers, body)
}

/// The error of a method that panicked.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic_text(panic);
    Error::internal(format!("the endpoint panicked: {text}"))
}

/// The message of a panic.
pub(super) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("no text")
}
