//! Streams: their head, and the body that owns everything that they borrow.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use http::StatusCode;

use super::body::{Part, Parts};
use super::finished::content_type;
use super::forward::{PolledStream, forward, start};
use super::{Answer, HttpResponse, ResponseBody, respond};
use crate::endpoint::{Endpoint, Offer};
use crate::error::Error;
use crate::request::Request;
use crate::returned::StreamReply;
use crate::stream::{Output, generator};

/// Answers a request of an endpoint that streams.
///
/// One generator owns the endpoint, calls its method, and then yields chunks. So events may borrow
/// the controller without a self-referential type, and dropping the body drops everything.
pub(super) async fn call(endpoint: Arc<Endpoint>, request: Request) -> HttpResponse {
    let mut parts: Parts = Box::pin(generator(|out| async move {
        // Answering takes more memory than streaming. The box frees that memory before the stream
        // begins to wait.
        let stream = Box::pin(send_head(&endpoint, request, &out)).await?;
        forward(&endpoint, stream, &out).await
    }));
    match parts.next().await {
        Some(Part::Response(response)) => *response,
        Some(Part::Head(head)) => HttpResponse {
            body: ResponseBody::stream(parts),
            ..*head
        },
        Some(Part::Chunk(_)) | None => HttpResponse::empty(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// Sends the head of a stream, or the whole response.
async fn send_head<'a>(
    endpoint: &'a Endpoint,
    request: Request,
    out: &Output<Part>,
) -> Option<PolledStream<'a>> {
    match respond(endpoint, request).await {
        Answer::Response(response) => {
            out.send(Part::Response(Box::new(response))).await;
            None
        }
        Answer::Stream(head, stream) => {
            out.send(Part::Head(Box::new(head))).await;
            Some(stream)
        }
    }
}

/// Checks the head of a stream and polls it once.
pub(super) async fn begin<'a>(
    endpoint: &'a Endpoint,
    offer: &Offer,
    reply: StreamReply<'a>,
) -> Result<(HttpResponse, PolledStream<'a>), Error> {
    let metadata = &endpoint.metadata;
    let declaration = &metadata.declaration;
    let StreamReply { head, frames } = reply;
    declaration.check_stream_head(&head, &offer.media_type)?;
    let status = head.status.unwrap_or(declaration.default_status);
    let response = HttpResponse::new(
        status,
        content_type(frames.content_type()),
        head.into_headers().map_err(Error::internal)?,
        ResponseBody::whole(Bytes::new()),
    );
    let started = start(endpoint, frames).await?;
    Ok((response, started))
}
