//! What happens to a request, in order (behaviour 2.1).

use std::any::Any;
use std::borrow::Cow;
use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use futures_util::FutureExt;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::auth::authenticate;
use crate::component::Parameters;
use crate::controller::Controller;
use crate::endpoint::{Metadata, Mounted};
use crate::error::{Error, ErrorBody, ErrorKind, ProblemDetails};
use crate::negotiation::{Offer, refusal};
use crate::request::Request;
use crate::response::{
    Body, Data, DeclaredModel, FileContent, Rendered, Response, ValidateResponses,
};
use crate::response::{
    check_body, check_cookies, check_headers, check_status, check_value, list, mismatch, model_for,
    parse_body, rendered, set_cookies,
};
use crate::returned::{Reply, Returned, StreamReply};
use crate::serializer::{AnyRenderer, ProblemJson, Renderer, SerializeError};
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
    File(Head, FileContent),
    Stream(Head, Started<'a>),
}

/// The head of a stream or a file.
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) media_type: Cow<'static, str>,
    pub(crate) headers: HeaderMap,
    /// How long the body is, if that is known.
    pub(crate) length: Option<u64>,
}

/// Answers a request. Whatever goes wrong leaves through [`recover`].
pub(crate) async fn respond<'a, C: Controller, P: Parameters, H: Handler<C, P>>(
    endpoint: &'a Mounted<C, P, H>,
    request: Request,
) -> Answer<'a> {
    let metadata = &endpoint.metadata;
    let offer = metadata.offers.choose(&request, metadata.error_locations);
    let renderer = metadata.ordinary(offer.as_ref().ok().copied());
    let answered = match offer {
        Ok(offer) => answer(endpoint, request, offer, renderer).await,
        Err(error) => Err(error),
    };
    match answered {
        Ok(answer) => answer,
        Err(error) => recover(endpoint, renderer, error).await,
    }
}

async fn answer<'a, C: Controller, P: Parameters, H: Handler<C, P>>(
    endpoint: &'a Mounted<C, P, H>,
    mut request: Request,
    offer: &'a Offer,
    renderer: &'a AnyRenderer,
) -> Result<Answer<'a>, Error> {
    let metadata = &endpoint.metadata;
    let controller = &*endpoint.controller;

    request.set_response_media_type(renderer.media_type());
    authenticate(&metadata.auth, &mut request).await?;
    let parameters = extract::<P>(&endpoint.prepared, &mut request).await?;
    // So far the client could have read an error; a stream or a file it could not (decision 13).
    if metadata.offers.only_bytes && offer.renderer.is_some() {
        return Err(refusal(
            metadata.offers.bytes(),
            request.accept().as_deref(),
        ));
    }
    // Its memory goes back to the server, which a stream would hold for as long as it lasts.
    drop(request);
    let reply = Reply::new(metadata, offer, renderer);
    let call = AssertUnwindSafe((endpoint.handler)(controller, parameters, reply));
    let returned = call
        .catch_unwind()
        .await
        .unwrap_or_else(|panic| Err(panicked(&*panic)))?;
    match returned {
        Returned::Rendered(body) => plain(metadata, renderer, body).map(Answer::Response),
        Returned::Response(response) => finish::<C>(metadata, renderer, response),
        Returned::Stream(reply) => stream(controller, metadata, offer, reply).await,
    }
}

/// Extracts all components, and reports everything that is wrong with them at once.
async fn extract<P: Parameters>(prepared: &P::Prepared, request: &mut Request) -> Result<P, Error> {
    let mut invalid = Vec::new();
    let parameters = P::extract(prepared, request, &mut invalid).await?;
    parameters.ok_or_else(|| Error::request(invalid))
}

/// A panic of the user's method ends its request, not the connection.
fn panicked(panic: &(dyn Any + Send)) -> Error {
    Error::internal(format!("the endpoint panicked: {}", panic_text(panic)))
}

/// What a panic says.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("no text")
}

/// The response with a body that has been rendered and checked.
fn plain(metadata: &Metadata, renderer: &AnyRenderer, body: Bytes) -> Result<Rendered, Error> {
    let mut headers = metadata.headers.clone();
    set_cookies(&mut headers, &metadata.cookies).map_err(Error::internal)?;
    Ok(Rendered {
        status: metadata.main_status,
        media_type: renderer.media_type().into(),
        headers,
        body,
    })
}

/// Checks a finished response against the declaration, and renders it.
fn finish<'a, C: Controller>(
    metadata: &Metadata,
    renderer: &AnyRenderer,
    response: Response,
) -> Result<Answer<'a>, Error> {
    check(metadata, || check_response(metadata, renderer, &response))?;
    let Response {
        status,
        mut headers,
        cookies,
        body,
    } = response;
    let status = status.unwrap_or(metadata.main_status);
    set_cookies(&mut headers, &cookies).map_err(Error::internal)?;
    let (media_type, body) = match body {
        Body::Empty => (renderer.media_type().into(), Bytes::new()),
        Body::Data(data) => {
            let body = rendered::<C::Serializer, _>(renderer, &*data).map_err(Error::internal)?;
            (renderer.media_type().into(), body)
        }
        Body::Bytes(media_type, body) => (media_type, body),
        Body::File(file) => {
            // The server writes it.
            headers.remove(CONTENT_LENGTH);
            headers.remove(CONTENT_TYPE);
            let head = Head {
                status,
                media_type: file.media_type,
                headers,
                length: Some(file.length),
            };
            return Ok(Answer::File(head, file.content));
        }
    };
    let rendered = Rendered::new(status, media_type, headers, body);
    Ok(Answer::Response(rendered))
}

/// The checks of behaviour 6.2, in their order.
fn check_response(
    metadata: &Metadata,
    renderer: &AnyRenderer,
    response: &Response,
) -> Result<(), Error> {
    let status = response.status.unwrap_or(metadata.main_status);
    let spec = check_status(&metadata.declared, status)?;
    match &response.body {
        Body::Data(data) => {
            let model = model_for(spec, renderer.media_type())?;
            if let Some(model) = model.filter(|model| model.needs_check(&data.schema_id())) {
                check_data(metadata, model, &**data)?;
            }
        }
        Body::Empty => {
            let model = model_for(spec, renderer.media_type())?;
            if let Some(model) = model.filter(|model| model.needs_check("null")) {
                check_data(metadata, model, &())?;
            }
        }
        Body::Bytes(media_type, body) => {
            check_media_type(metadata, renderer, media_type)?;
            let model = model_for(spec, media_type)?;
            if let Some(model) = model
                && let Some(value) = parse_body(&metadata.parsers, media_type, body)?
            {
                check_value(model, &value, metadata.error_locations).map_err(Error::response)?;
            }
        }
        Body::File(file) => {
            if model_for(spec, &file.media_type)?.is_some() {
                return Err(mismatch(format!(
                    "Response {} is a file, declare it with `ResponseSpec::file`",
                    status.as_str()
                )));
            }
        }
    }
    check_headers(spec, &response.headers)?;
    check_cookies(spec, &response.cookies)
}

/// Checks the media type of a body that was rendered by hand (behaviour 5.4).
fn check_media_type(
    metadata: &Metadata,
    negotiated: &AnyRenderer,
    media_type: &str,
) -> Result<(), Error> {
    let offered: Vec<&str> = metadata
        .renderers
        .iter()
        .map(AnyRenderer::media_type)
        .collect();
    if !offered.contains(&media_type) {
        return Err(mismatch(format!(
            "Response content type '{media_type}' is not listed as a possible to be returned [{}]",
            list(&offered)
        )));
    }
    let negotiated = negotiated.media_type();
    if metadata.validate_negotiation && negotiated != media_type {
        return Err(mismatch(format!(
            "Negotiated renderer '{negotiated}' does not match returned content-type '{media_type}'"
        )));
    }
    Ok(())
}

/// Checks a body of a value against its declaration.
pub(crate) fn check_data<T: Serialize + ?Sized>(
    metadata: &Metadata,
    model: &DeclaredModel,
    data: &T,
) -> Result<(), Error> {
    check_body(model, data, metadata.error_locations).map_err(Error::response)
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
    offer: &Offer,
    mut reply: StreamReply<'a>,
) -> Result<Answer<'a>, Error> {
    check(metadata, || {
        let spec = check_status(&metadata.declared, reply.status)?;
        if !offer.alias {
            model_for(spec, &offer.media_type)?;
        }
        check_headers(spec, &reply.headers)?;
        check_cookies(spec, &reply.cookies)
    })?;
    if metadata.debug {
        // Development servers manage connections in their own way (decision 19).
        reply.headers.remove(CONNECTION);
    }
    reply.headers.remove(CONTENT_TYPE);
    set_cookies(&mut reply.headers, &reply.cookies).map_err(Error::internal)?;
    let head = Head {
        status: reply.status,
        media_type: if offer.alias {
            offer.media_type.clone()
        } else {
            reply.frames.content_type()
        },
        headers: reply.headers,
        length: None,
    };
    Ok(Answer::Stream(head, start(controller, reply.frames).await?))
}

/// The one way out of errors: an application's own response, the answer of a handler, or the default one.
async fn recover<'a, C: Controller, P: Parameters, H>(
    endpoint: &Mounted<C, P, H>,
    renderer: &AnyRenderer,
    error: Error,
) -> Answer<'a> {
    let metadata = &endpoint.metadata;
    let controller = &*endpoint.controller;
    let finished = match error.kind() {
        ErrorKind::Application => {
            let response = error.into_response(|error| error_body(controller, renderer, error));
            finish::<C>(metadata, renderer, response)
        }
        // The response has been checked already, and failed.
        ErrorKind::Response => Err(error),
        _ => match handled(endpoint, &error).await {
            Some(response) => finish::<C>(metadata, renderer, response),
            None => Err(error),
        },
    };
    finished.unwrap_or_else(|error| {
        Answer::Response(default_response(controller, metadata, renderer, error))
    })
}

/// What the first layer answers that does.
async fn handled<C: Controller, P: Parameters, H>(
    endpoint: &Mounted<C, P, H>,
    error: &Error,
) -> Option<Response> {
    let controller = &*endpoint.controller;
    if let Some(handler) = &endpoint.error_handler
        && let Some(response) = handler.handle(controller, error).await
    {
        return Some(response);
    }
    if let Some(response) = controller.handle_error(error).await {
        return Some(response);
    }
    match &endpoint.metadata.error_handler {
        Some(handler) => handler.handle(error).await,
        None => None,
    }
}

/// The response to an error that nobody has answered. Its status has to be declared, unless it says that something is
/// wrong with the declaration, the request's `Accept` or the server itself (decisions 3 and 4).
fn default_response<C: Controller>(
    controller: &C,
    metadata: &Metadata,
    renderer: &AnyRenderer,
    error: Error,
) -> Rendered {
    let checked = match error.kind() {
        ErrorKind::Request | ErrorKind::NotAuthenticated | ErrorKind::ContentTooLarge => {
            check(metadata, || {
                check_status(&metadata.declared, error.status()).map(drop)
            })
        }
        _ => Ok(()),
    };
    let error = checked.err().unwrap_or(error);
    error_response(controller, &metadata.name, metadata.debug, renderer, error)
}

/// The body of an error: problem details, if the client asked for them, else the error model of the controller.
fn error_body<C: Controller>(
    controller: &C,
    renderer: &AnyRenderer,
    error: &Error,
) -> (Box<dyn Data>, HeaderMap) {
    let wants_problem = renderer.media_type() == ProblemJson.media_type();
    let model = controller.format_error(error);
    let as_problem = (&model as &dyn Any).is::<ProblemDetails>();
    if wants_problem && !as_problem {
        (
            Box::new(ProblemDetails::from_error(error)),
            HeaderMap::new(),
        )
    } else {
        let headers = model.headers();
        (Box::new(model), headers)
    }
}

/// The body of an error in bytes, without a box for it: that is most of what a rejection sends.
fn rendered_error<C: Controller>(
    controller: &C,
    renderer: &AnyRenderer,
    error: &Error,
) -> (Result<Bytes, SerializeError>, HeaderMap) {
    if renderer.media_type() == ProblemJson.media_type() {
        let (data, headers) = error_body(controller, renderer, error);
        return (rendered::<C::Serializer, _>(renderer, &*data), headers);
    }
    let model = controller.format_error(error);
    (
        rendered::<C::Serializer, C::ErrorModel>(renderer, &model),
        model.headers(),
    )
}

/// The response that an error gets by default: its status and its body.
pub(crate) fn error_response<C: Controller>(
    controller: &C,
    name: &str,
    debug: bool,
    renderer: &AnyRenderer,
    mut error: Error,
) -> Rendered {
    if error.kind() == ErrorKind::Internal {
        tracing::error!(endpoint = name, %error, "internal server error");
        if debug {
            error.reveal();
        }
    }
    let status = error.status();
    let (body, mut headers) = match error.take_data() {
        Some(data) => {
            let body = rendered::<C::Serializer, _>(renderer, &*data);
            (body, HeaderMap::new())
        }
        None => rendered_error(controller, renderer, &error),
    };
    let (own, cookies) = error.into_head();
    headers.extend(own);
    match set_cookies(&mut headers, &cookies).and(body) {
        Ok(body) => Rendered::new(status, renderer.media_type(), headers, body),
        Err(error) => {
            tracing::error!(endpoint = name, %error, "the error model cannot be serialized");
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            Rendered::new(
                status,
                renderer.media_type(),
                HeaderMap::new(),
                Bytes::new(),
            )
        }
    }
}
