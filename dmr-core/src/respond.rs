//! What happens to a request, in order (behaviour 2.1).

use http::header::{CONNECTION, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::auth::authenticate;
use crate::component::Parameters;
use crate::controller::Controller;
use crate::endpoint::{Metadata, Mounted};
use crate::error::{Error, ErrorKind};
use crate::negotiation::{negotiate, refusal};
use crate::request::Request;
use crate::response::{Body, DeclaredResponse, Rendered, Response, ValidateResponses};
use crate::response::{check_body, check_head};
use crate::returned::{Reply, Returned, StreamReply};
use crate::serializer::{SerializeError, Serializer};
use crate::stream::{Started, start};

/// What the generated code gives for an endpoint: the call of the user's method.
pub trait Handler<C, P>:
    for<'a> AsyncFn(&'a C, P, Reply<'a>) -> Result<Returned<'a>, Error> + Send + Sync + 'static
{
}

impl<C, P, H> Handler<C, P> for H where
    H: for<'a> AsyncFn(&'a C, P, Reply<'a>) -> Result<Returned<'a>, Error> + Send + Sync + 'static
{
}

/// What is sent.
pub(crate) enum Answer<'a> {
    Response(Rendered),
    Stream(Head, Started<'a>),
}

/// The head of a stream.
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) media_type: &'static str,
    pub(crate) headers: HeaderMap,
}

/// Answers a request. Whatever goes wrong leaves through [`recover`].
pub(crate) async fn respond<'a, C: Controller, P: Parameters, H: Handler<C, P>>(
    endpoint: &'a Mounted<C, P, H>,
    request: Request,
) -> Answer<'a> {
    match answer(endpoint, request).await {
        Ok(answer) => answer,
        Err(error) => {
            Answer::Response(recover(&*endpoint.controller, &endpoint.metadata, error).await)
        }
    }
}

async fn answer<'a, C: Controller, P: Parameters, H: Handler<C, P>>(
    endpoint: &'a Mounted<C, P, H>,
    mut request: Request,
) -> Result<Answer<'a>, Error> {
    let metadata = &endpoint.metadata;
    let controller = &*endpoint.controller;

    let offer = negotiate(&metadata.offers, accept(&request))?;
    authenticate(&metadata.auth, &mut request).await?;
    let parameters = extract::<P>(&endpoint.prepared, &mut request).await?;
    // So far the client could have read an error; a stream it could not (decision 13).
    if !offer.stream && !metadata.streams().is_empty() {
        return Err(refusal(metadata.streams(), accept(&request)));
    }
    // Its memory goes back to the server, which a stream would hold for as long as it lasts.
    drop(request);
    let returned = (endpoint.handler)(controller, parameters, Reply::new(metadata)).await?;
    match returned {
        Returned::Rendered(body) => Ok(Answer::Response(metadata.rendered::<C>(body))),
        Returned::Response(response) => finish::<C>(metadata, response).map(Answer::Response),
        Returned::Stream(reply) => stream(controller, metadata, offer.media_type, reply).await,
    }
}

fn accept(request: &Request) -> Option<&[u8]> {
    request.head().header("accept")
}

/// Extracts all components, and reports everything that is wrong with them at once.
async fn extract<P: Parameters>(prepared: &P::Prepared, request: &mut Request) -> Result<P, Error> {
    let mut invalid = Vec::new();
    let parameters = P::extract(prepared, request, &mut invalid).await?;
    parameters.ok_or_else(|| Error::request(invalid))
}

/// Checks a finished response against the declaration, and renders it.
fn finish<C: Controller>(metadata: &Metadata, response: Response) -> Result<Rendered, Error> {
    check(metadata, || check_response(metadata, &response))?;
    response.render::<C::Serializer>().map_err(Error::internal)
}

fn check_response(metadata: &Metadata, response: &Response) -> Result<(), Error> {
    let spec = check_head(&metadata.declared, response.status(), response.headers())?;
    match response.body() {
        Body::Data(data) if spec.needs_check(&data.schema_id()) => {
            check_data(metadata, spec, &**data)
        }
        Body::Empty if spec.needs_check("null") => check_data(metadata, spec, &()),
        _ => Ok(()),
    }
}

/// Checks a body of a value against its declaration.
pub(crate) fn check_data<T: Serialize + ?Sized>(
    metadata: &Metadata,
    spec: &DeclaredResponse,
    data: &T,
) -> Result<(), Error> {
    check_body(spec, data, metadata.error_locations).map_err(Error::response)
}

/// Does what `validate_responses` says (decision 5).
pub(crate) fn check(
    metadata: &Metadata,
    check: impl FnOnce() -> Result<(), Error>,
) -> Result<(), Error> {
    if metadata.validate_responses == ValidateResponses::Off {
        return Ok(());
    }
    let checked = check();
    if let Err(error) = &checked {
        tracing::error!(endpoint = metadata.name, %error, "a response does not match its declaration");
    }
    match metadata.validate_responses {
        ValidateResponses::Strict => checked,
        _ => Ok(()),
    }
}

/// Checks the head of a stream, and asks for the first event.
async fn stream<'a, C: Controller>(
    controller: &C,
    metadata: &Metadata,
    media_type: &'static str,
    mut reply: StreamReply<'a>,
) -> Result<Answer<'a>, Error> {
    check(metadata, || {
        check_head(&metadata.declared, reply.status, &reply.headers).map(drop)
    })?;
    if metadata.debug {
        // Development servers manage connections in their own way (decision 19).
        reply.headers.remove(CONNECTION);
    }
    reply.headers.remove(CONTENT_TYPE);
    let head = Head {
        status: reply.status,
        media_type,
        headers: reply.headers,
    };
    Ok(Answer::Stream(head, start(controller, reply.frames).await?))
}

/// The one way out of errors: an application's own response, the controller's answer, or the default one.
async fn recover<C: Controller>(controller: &C, metadata: &Metadata, error: Error) -> Rendered {
    let answered = match error.kind() {
        ErrorKind::Application => {
            let (status, headers, data) = error.into_parts();
            let body = data.map_or(Body::Empty, Body::Data);
            let response = Response::from_parts(status, headers, body);
            finish::<C>(metadata, response)
        }
        // The response has been checked already, and failed.
        ErrorKind::Response => Err(error),
        _ => match controller.handle_error(error).await {
            Ok(response) => finish::<C>(metadata, response),
            Err(error) => Err(error),
        },
    };
    match answered {
        Ok(response) => response,
        Err(error) => metadata.default_response(controller, error),
    }
}

/// The response that an error gets by default: its status and the controller's error model.
pub(crate) fn error_response<C: Controller>(
    controller: &C,
    name: &str,
    debug: bool,
    mut error: Error,
) -> Rendered {
    if error.kind() == ErrorKind::Internal {
        tracing::error!(endpoint = name, %error, "internal server error");
        if debug {
            error.reveal();
        }
    }
    let model = controller.format_error(&error);
    let (status, headers, _) = error.into_parts();
    let response = Response::from_parts(status, headers, Body::Data(Box::new(model)));
    response
        .render::<C::Serializer>()
        .unwrap_or_else(|error: SerializeError| {
            tracing::error!(endpoint = name, %error, "the error model cannot be serialized");
            Rendered {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                media_type: C::Serializer::MEDIA_TYPE,
                headers: HeaderMap::new(),
                body: bytes::Bytes::new(),
            }
        })
}
