//! MI: middleware of actix-web.

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName as ActixName, HeaderValue as ActixValue};
use actix_web::middleware::{Next, from_fn};
use dmr::component::{Component, Description, Rejection, Unbuildable};
use dmr::http::StatusCode;
use dmr::{Controller, Error, Middleware, Request, ResponseSpec, Router, controller};
use serde_json::json;

use crate::{Server, assert_405, assert_json};

struct Counted;

#[controller]
impl Controller for Counted {
    async fn post(&self) -> u8 {
        1
    }
}

/// Answers early, as a rate limiter does.
async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let limited = request.headers().get("X-Rate-Limited");
    if limited.is_some_and(|value| value == "true") {
        let body = json!({"detail": [{"msg": "Rate limit exceeded"}]});
        let response = HttpResponse::TooManyRequests().json(body);
        return Ok(request.into_response(response).map_into_boxed_body());
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

#[test]
fn mi_01_a_middleware_that_answers() {
    let limiter = Middleware::new(|| from_fn(limit))
        .response(ResponseSpec::error(StatusCode::TOO_MANY_REQUESTS).description("Too many"));
    let server = Server::router(Router::new("").route_with("x/", Counted, limiter));
    assert_json(
        &server.call("POST", &[("X-Rate-Limited", "true")]),
        429,
        r#"{"detail":[{"msg":"Rate limit exceeded"}]}"#,
    );
    assert_json(&server.call("POST", &[]), 201, "1");
    // A 405 comes before the middleware.
    assert_405(
        &server.call("GET", &[("X-Rate-Limited", "true")]),
        "GET",
        &["POST"],
    );
    let document = server.get("/docs/openapi.json").body;
    assert!(
        document.contains(r#""429":{"description":"Too many","#),
        "{document}"
    );
}

/// A value that the middleware has attached to the request.
struct RequestId(String);

impl Component for RequestId {
    type Prepared = ();

    fn describe(_: &mut Description<'_>) -> Result<(), Unbuildable> {
        Ok(())
    }

    async fn extract((): &(), request: &mut Request) -> Result<Self, Rejection> {
        let id = request.header_str("x-request-id").unwrap_or_default();
        Ok(Self(id.to_owned()))
    }
}

struct Identified;

#[controller]
impl Controller for Identified {
    async fn get(&self, id: RequestId) -> dmr::Json {
        json!({"request_id": id.0}).into()
    }
}

/// Gives each request an id and sends it back.
async fn identify(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let id = ActixValue::from_static("id-7");
    let name = ActixName::from_static("x-request-id");
    request.headers_mut().insert(name.clone(), id.clone());
    let mut response = next.call(request).await?;
    response.headers_mut().insert(name, id);
    Ok(response)
}

#[test]
fn mi_03_a_middleware_that_changes_request_and_response() {
    let identifier = Middleware::new(|| from_fn(identify));
    let server = Server::router(Router::new("").route_with("x/", Identified, identifier));
    let response = server.get("/x/");
    assert_json(&response, 200, r#"{"request_id":"id-7"}"#);
    assert_eq!(response.header("x-request-id"), "id-7");
}

/// Refuses requests without a token: with an error in one case, with a response in the other.
async fn csrf(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    match request.headers().get("X-CSRFToken") {
        Some(token) if token == "right" => Ok(next.call(request).await?.map_into_boxed_body()),
        Some(_) => Ok(request
            .into_response(HttpResponse::Forbidden().body("<h1>Forbidden</h1>"))
            .map_into_boxed_body()),
        None => Err(actix_web::error::ErrorForbidden("no token")),
    }
}

#[test]
fn mi_04_a_response_of_a_middleware_in_the_error_model() {
    let forbidden = ResponseSpec::error(StatusCode::FORBIDDEN);
    let protection = Middleware::new(|| from_fn(csrf)).convert(forbidden, |_| {
        Some(Error::msg(
            StatusCode::FORBIDDEN,
            "CSRF verification failed. Request aborted.",
        ))
    });
    let server = Server::router(Router::new("").route_with("x/", Counted, protection));
    let refused = r#"{"detail":[{"msg":"CSRF verification failed. Request aborted."}]}"#;
    assert_json(&server.call("POST", &[]), 403, refused);
    assert_json(
        &server.call("POST", &[("X-CSRFToken", "wrong")]),
        403,
        refused,
    );
    assert_json(&server.call("POST", &[("X-CSRFToken", "right")]), 201, "1");
}
