//! From the parts of an exchange to a response of actix-web.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONNECTION, CONTENT_TYPE, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use dmr_core::{Exchange, Part, Rendered};
use futures_util::StreamExt;

use crate::body::StreamBody;
use crate::{http02, keep_alive};

/// Waits for the head of the response. A stream goes on in its body.
pub(crate) async fn response(request: &HttpRequest, mut exchange: Exchange) -> HttpResponse {
    match exchange.next().await {
        Some(Part::Response(rendered)) => whole(rendered),
        Some(Part::Head {
            status,
            media_type,
            headers,
            length,
        }) => {
            let body = StreamBody::new(exchange, length);
            let mut response = HttpResponse::with_body(http02::status(status), body);
            set_headers(response.headers_mut(), media_type, &headers);
            if response.headers().contains_key(CONNECTION) {
                keep_alive::announce(request, response.headers_mut());
            }
            response.map_into_boxed_body()
        }
        Some(Part::Chunk(_)) | None => HttpResponse::new(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// A response that is there as a whole.
pub(crate) fn whole(rendered: Rendered) -> HttpResponse {
    let mut response = HttpResponse::with_body(http02::status(rendered.status), rendered.body);
    set_headers(
        response.headers_mut(),
        rendered.media_type,
        &rendered.headers,
    );
    response.map_into_boxed_body()
}

fn set_headers(all: &mut HeaderMap, media_type: Cow<'static, str>, others: &http::HeaderMap) {
    let media_type = match media_type {
        Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
        Cow::Owned(text) => Bytes::from(text),
    };
    let media_type = HeaderValue::from_maybe_shared(media_type);
    // What is no header value is sent as what it is: bytes.
    let media_type = media_type.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    all.insert(CONTENT_TYPE, media_type);
    http02::append(others, all);
}
