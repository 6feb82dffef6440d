//! From the parts of an exchange to a response of actix-web.

use actix_web::http::StatusCode;
use actix_web::http::header::CONNECTION;
use actix_web::{HttpRequest, HttpResponse};
use dmr_core::{Exchange, Part, Rendered};
use futures_util::StreamExt;

use crate::body::StreamBody;
use crate::{http02, keep_alive};

/// Waits for the head of the response. A stream goes on in its body.
pub(crate) async fn response(request: &HttpRequest, mut exchange: Exchange) -> HttpResponse {
    match exchange.next().await {
        Some(Part::Response(rendered)) => whole(rendered),
        Some(Part::Head(status, headers)) => {
            let mut response =
                HttpResponse::with_body(http02::status(status), StreamBody::new(exchange));
            http02::append(&headers, response.headers_mut());
            if response.headers().contains_key(CONNECTION) {
                keep_alive::announce(request, response.headers_mut());
            }
            response.map_into_boxed_body()
        }
        Some(Part::Chunk(_)) | None => HttpResponse::new(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// A response that is there as a whole.
fn whole(rendered: Rendered) -> HttpResponse {
    let mut response = HttpResponse::with_body(http02::status(rendered.status), rendered.body);
    http02::append(&rendered.headers, response.headers_mut());
    response.map_into_boxed_body()
}
