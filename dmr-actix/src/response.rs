//! From a response of the core to a response of actix-web.

use actix_web::HttpResponse;

use crate::body::ChunkedBody;
use crate::http02;

/// The same response, with the types of actix-web.
pub(crate) fn response(response: dmr_core::HttpResponse) -> HttpResponse {
    let (head, body) = response.into_parts();
    let status = http02::status(head.status);
    let mut response = match body.into_bytes() {
        Ok(bytes) => HttpResponse::with_body(status, bytes).map_into_boxed_body(),
        Err(chunks) => HttpResponse::with_body(status, ChunkedBody(chunks)).map_into_boxed_body(),
    };
    http02::append(&head.headers, response.headers_mut());
    response
}
