//! The steps of a request, in order.

mod body;
mod encode;
mod errors;
mod extraction;
mod finished;
mod forward;
mod http_response;
mod stream;
mod turn;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;

use crate::auth::authenticate;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::request::Request;
use crate::returned::{Reply, Returned};

pub use body::{Aborted, ResponseBody};
pub(crate) use encode::{Encoder, Frames};
pub(crate) use errors::{ErrorFormat, error_response, written_error};
pub use extraction::Extraction;
pub(crate) use finished::{body_of, rendered};
pub use http_response::HttpResponse;

/// The result of a request.
enum Answer<'a> {
    Response(HttpResponse),
    /// The head of a stream, and the stream, which may borrow the controller.
    Stream(HttpResponse, forward::PolledStream<'a>),
}

/// Answers a request.
pub(crate) async fn call(endpoint: &Arc<Endpoint>, request: Request) -> HttpResponse {
    if !endpoint.metadata.offers.formats.is_empty() {
        return stream::call(Arc::clone(endpoint), request).await;
    }
    match respond(endpoint, request).await {
        Answer::Response(response) => response,
        // The formats of streams are fixed when the application is built, and this endpoint has
        // none.
        Answer::Stream(..) => {
            let error = Error::internal("an endpoint without a format returned a stream");
            let renderer = endpoint.metadata.first_renderer();
            error_response(&endpoint.error_format(), renderer, error)
        }
    }
}

/// Answers a request: negotiate, authenticate, extract, call, check, render. All errors leave
/// through [`errors::answer`].
async fn respond(endpoint: &Endpoint, mut request: Request) -> Answer<'_> {
    let metadata = &endpoint.metadata;
    let (offer, renderer) = match metadata.choose(&request) {
        Ok(chosen) => chosen,
        Err(error) => {
            let renderer = metadata.first_renderer();
            return Answer::Response(errors::answer(endpoint, renderer, error).await);
        }
    };
    request.set_response_media_type(renderer.media_type());
    let answered = async {
        authenticate(&metadata.auth, metadata.auth_is_optional, &mut request).await?;
        let of_value = metadata.renderer_for(metadata.declaration.default_status, renderer);
        let reply = Reply::new(metadata, offer, of_value);
        let call = endpoint.method.call(Extraction::new(request, reply));
        // A panic ends the request instead of the connection.
        let returned = AssertUnwindSafe(call).catch_unwind().await;
        match returned.unwrap_or_else(|panic| Err(errors::panicked(&*panic)))? {
            Returned::Rendered(body) => {
                let response = finished::value(metadata, of_value, body)?;
                Ok(Answer::Response(response))
            }
            Returned::Response(response) => {
                let response = finished::response(metadata, renderer, response)?;
                Ok(Answer::Response(response))
            }
            Returned::Stream(reply) => {
                let (head, started) = stream::begin(endpoint, offer, reply).await?;
                Ok(Answer::Stream(head, started))
            }
        }
    };
    match answered.await {
        Ok(answer) => answer,
        Err(error) => Answer::Response(errors::answer(endpoint, renderer, error).await),
    }
}
