//! Checks and renders finished responses and files.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, HeaderValue};

use super::{Aborted, HttpResponse, ResponseBody};
use crate::endpoint::Metadata;
use crate::error::Error;
use crate::response::{BodyContent, FileContent, Response};
use crate::serializer::{AnyRenderer, SerializeError};

/// The response to a value that has already been checked and rendered.
pub(super) fn value(
    metadata: &Metadata,
    renderer: &AnyRenderer,
    body: Bytes,
) -> Result<HttpResponse, Error> {
    let head = &metadata.head;
    // Most endpoints have no headers of their own, and cloning an empty map is not free.
    let headers = if head.headers.is_empty() && head.cookies.is_empty() {
        HeaderMap::new()
    } else {
        head.clone().into_headers().map_err(Error::internal)?
    };
    Ok(HttpResponse::new(
        metadata.declaration.default_status,
        renderer.content_type(),
        headers,
        ResponseBody::whole(body),
    ))
}

/// Checks a finished response against the declaration, and renders it.
pub(super) fn response(
    metadata: &Metadata,
    renderer: &AnyRenderer,
    response: Response,
) -> Result<HttpResponse, Error> {
    let declaration = &metadata.declaration;
    let status = response.head.status.unwrap_or(declaration.default_status);
    let renderer = metadata.renderer_for(status, renderer);
    declaration.check_response(&response, renderer.media_type())?;
    let Response { mut head, body } = response;
    let (content_type, body) = match body {
        BodyContent::Empty => (renderer.content_type(), ResponseBody::whole(Bytes::new())),
        BodyContent::Data(data) => {
            let send_null = metadata.sends_null(status);
            let body = rendered(renderer, &*data, send_null).map_err(Error::internal)?;
            (renderer.content_type(), ResponseBody::whole(body))
        }
        BodyContent::Bytes(media_type, bytes) => {
            (content_type(media_type), ResponseBody::whole(bytes))
        }
        BodyContent::File(file) => {
            // The server writes the length.
            head.headers.remove(CONTENT_LENGTH);
            let body = file_body(&metadata.declaration.endpoint, file.content, file.length);
            (content_type(file.media_type), body)
        }
    };
    let headers = head.into_headers().map_err(Error::internal)?;
    Ok(HttpResponse::new(status, content_type, headers, body))
}

/// The bytes of a value.
pub(crate) fn rendered(
    renderer: &AnyRenderer,
    value: &dyn erased_serde::Serialize,
    send_null: bool,
) -> Result<Bytes, SerializeError> {
    let mut body = Vec::with_capacity(256);
    renderer.render_erased(value, &mut body)?;
    Ok(body_of(body, send_null))
}

/// The body that consists of a rendered value. It is empty for `()` and `None`, unless `send_null`.
pub(crate) fn body_of(mut body: Vec<u8>, send_null: bool) -> Bytes {
    // The null of JSON and of MessagePack.
    if !send_null && (body == b"null" || body == [0xc0]) {
        body.clear();
    }
    Bytes::from(body)
}

/// A media type as the value of `Content-Type`. A text that is not a valid header value falls back
/// to `application/octet-stream`.
pub(super) fn content_type(media_type: Cow<'static, str>) -> HeaderValue {
    let media_type = match media_type {
        Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
        Cow::Owned(text) => Bytes::from(text),
    };
    HeaderValue::from_maybe_shared(media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

fn file_body(endpoint: &Arc<str>, content: FileContent, length: u64) -> ResponseBody {
    let endpoint = Arc::clone(endpoint);
    let pieces = content.map(move |piece| {
        piece.map_err(|error| {
            tracing::error!(endpoint = &*endpoint, %error, "the file cannot be read");
            Aborted::new(error)
        })
    });
    ResponseBody::file(Box::pin(pieces), length)
}
