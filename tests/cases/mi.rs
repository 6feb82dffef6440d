//! MI: middleware, conditional requests, pagination. Translations (MI-07) are not part of this.

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName as ActixName, HeaderValue as ActixValue};
use actix_web::middleware::{Next, from_fn};
use dmr::component::{Component, Description, Rejection, Unbuildable};
use dmr::http::StatusCode;
use dmr::http::header::ETAG;
use dmr::pagination::Paginated;
use dmr::{
    Controller, EntityTag, Error, HeaderSpec, Middleware, Path, Precondition, Request, Response,
    ResponseSpec, Router, controller,
};
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
    // Behaviour 13.1: a 405 comes before.
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

/// What the middleware knows of the request.
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

/// Gives each request an id, and sends it back.
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

/// Refuses what has no token; with an error in one case, with a response in the other.
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

struct Users;

#[controller]
impl Controller for Users {
    #[validate(
        ResponseSpec::new::<u64>(StatusCode::OK).header("ETag", HeaderSpec::new()),
        ResponseSpec::empty(StatusCode::NOT_MODIFIED).header("ETag", HeaderSpec::new()),
        ResponseSpec::error(StatusCode::NOT_FOUND),
    )]
    async fn get(&self, id: Path<u64>, condition: Precondition) -> Result<Response, Error> {
        if *id != 1 {
            let error = Error::msg(StatusCode::NOT_FOUND, "No such user");
            return Err(error.error_type(&dmr::ErrorType::NOT_FOUND));
        }
        let tag = EntityTag::strong("user-1-v1").ok_or_else(|| Error::internal("no tag"))?;
        if condition.is_current(&tag) {
            return Ok(Response::not_modified(&tag));
        }
        Ok(Response::data(1_u64).header(ETAG, tag.header_value()))
    }

    #[modify(responses = [ResponseSpec::error(StatusCode::NOT_FOUND)])]
    async fn put(&self, _: Path<u64>, condition: Precondition) -> Result<u64, Error> {
        let tag = EntityTag::strong("user-1-v1").ok_or_else(|| Error::internal("no tag"))?;
        condition.check(&tag)?;
        Ok(1)
    }
}

/// Behaviour 13.2.
#[test]
fn conditional_requests() {
    let server = Server::at("users/{id}/", Users);
    let response = server.get("/users/1/");
    assert_json(&response, 200, "1");
    assert_eq!(response.header("etag"), "\"user-1-v1\"");

    let send = |method, name, value| server.send(method, "/users/1/", &[(name, value)], b"");
    for current in ["\"user-1-v1\"", "\"x\", W/\"user-1-v1\"", "*"] {
        let response = send("GET", "If-None-Match", current);
        assert_json(&response, 304, "");
        assert_eq!(response.header("etag"), "\"user-1-v1\"");
    }
    assert_json(&send("GET", "If-None-Match", "\"old\""), 200, "1");
    assert_json(&send("PUT", "If-Match", "\"user-1-v1\""), 200, "1");
    assert_json(
        &send("PUT", "If-Match", "\"old\""),
        412,
        r#"{"detail":[{"msg":"The resource has changed in the meantime"}]}"#,
    );
    assert_json(
        &server.get("/users/2/"),
        404,
        r#"{"detail":[{"msg":"No such user","type":"not_found"}]}"#,
    );
}

struct Pages;

#[controller]
impl Controller for Pages {
    async fn get(&self) -> Paginated<u64> {
        Paginated::new(Vec::new(), 1, 5, 0)
    }
}

#[test]
fn mi_06_an_empty_page() {
    assert_json(
        &Server::of(Pages).get("/x/"),
        200,
        r#"{"count":0,"num_pages":1,"per_page":5,"page":{"number":1,"object_list":[]}}"#,
    );
}
