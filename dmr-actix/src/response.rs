//! Converts responses of the core into responses of actix-web.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;

use crate::body::ChunkedBody;
use crate::http02;

/// Converts a response.
pub(crate) fn response(response: dmr_core::HttpResponse) -> HttpResponse {
    let (status, content_type, headers, body) = response.into_parts();
    let status = http02::status(status);
    let mut response = match body.into_bytes() {
        Ok(bytes) => HttpResponse::with_body(status, bytes).map_into_boxed_body(),
        Err(chunks) => HttpResponse::with_body(status, ChunkedBody(chunks)).map_into_boxed_body(),
    };
    if let Some(content_type) = content_type.as_ref().and_then(http02::header_value) {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    http02::append(&headers, response.headers_mut());
    response
}
