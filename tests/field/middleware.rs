//! Middleware of actix-web on every level.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::{DefaultHeaders, Next, from_fn};
use actix_web::{HttpMessage, HttpResponse};
use dmr::actix::Extension;
use dmr::adapter::Layer;
use dmr::stream::events;
use dmr::test::TestClient;
use dmr::{
    Body, Controller, Error, HeaderSpec, JsonLines, Middleware, ResponseSpec, Router, Settings,
    StatusCode, ValidateResponses, controller,
};
use serde_json::{Value, json};

use crate::client::get;

const ORDER: HeaderName = HeaderName::from_static("x-order");

/// The levels whose middleware has seen the request.
#[derive(Clone, Default)]
struct Seen(Vec<&'static str>);

/// Notes a level on the way in, in the request, and on the way out, in the response.
async fn note(
    level: &'static str,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut seen: Seen = request.extensions_mut().remove().unwrap_or_default();
    seen.0.push(level);
    request.extensions_mut().insert(seen);
    let mut response = next.call(request).await?;
    let inner = response.headers().get(ORDER);
    let inner = inner
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let order = HeaderValue::try_from(format!("{inner} {level}")).expect("a header");
    response.headers_mut().insert(ORDER, order);
    Ok(response)
}

fn noting(level: &'static str) -> Middleware {
    Middleware::new(move || from_fn(move |request, next| note(level, request, next)))
}

struct Levels;

#[controller(middleware = [noting("controller")])]
impl Controller for Levels {
    #[modify(middleware = [noting("endpoint"), noting("method")])]
    async fn get(&self, seen: Extension<Seen>) -> Vec<String> {
        seen.0.0.iter().map(ToString::to_string).collect()
    }
}

#[test]
fn the_outermost_level_comes_first() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    let included = Router::new("").middleware([noting("included")]);
    let included = included.route_with("levels/", Levels, noting("mounting"));
    let settings = Settings::new().middleware([noting("settings")]);
    let router = Router::new("api/")
        .settings(settings)
        .middleware([noting("router")])
        .include("below/", included);
    let server = dmr::serve(router)
        .workers(1)
        .wrap(|| from_fn(|request, next| note("application", request, next)))
        .listen(listener);
    std::thread::spawn(move || {
        actix_web::rt::System::new()
            .block_on(async { server.await })
            .expect("the router is right");
    });
    let response = get(&address, "/api/below/levels/");
    let expected = json!([
        "application",
        "settings",
        "router",
        "included",
        "mounting",
        "controller",
        "endpoint",
        "method"
    ]);
    assert_eq!(response.body, expected.to_string());
    // The response passes them from the inside out.
    let order = "method endpoint controller mounting included router settings application";
    assert_eq!(response.header("x-order").trim(), order);
}

/// Answers a request with `X-Answer` as this header says.
async fn answer<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let wanted = request.headers().get("X-Answer");
    let wanted = wanted
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let response = match wanted {
        "limited" => HttpResponse::TooManyRequests()
            .insert_header(("Retry-After", "5"))
            .json(json!({"detail": [{"msg": "slow down"}]})),
        "no header" => {
            HttpResponse::TooManyRequests().json(json!({"detail": [{"msg": "slow down"}]}))
        }
        "no model" => HttpResponse::TooManyRequests()
            .insert_header(("Retry-After", "5"))
            .json(json!({"problem": "slow down"})),
        "html" => HttpResponse::TooManyRequests()
            .insert_header(("Retry-After", "5"))
            .content_type("text/html")
            .body("<h1>slow down</h1>"),
        "undeclared" => HttpResponse::ImATeapot().body("tea"),
        "error" => return Err(actix_web::error::ErrorImATeapot("tea")),
        "failure" => return Err(actix_web::error::ErrorBadGateway("the secret address")),
        _ => {
            let mut response = next.call(request).await?.map_into_left_body();
            if let Some(status) = response.headers().get("x-status") {
                let status = status.to_str().expect("a text").parse().expect("a status");
                *response.response_mut().status_mut() =
                    actix_web::http::StatusCode::from_u16(status).expect("a status");
            }
            return Ok(response);
        }
    };
    Ok(request.into_response(response).map_into_right_body())
}

fn answering() -> Middleware {
    let limited = ResponseSpec::error(StatusCode::TOO_MANY_REQUESTS);
    let limited = limited.header("Retry-After", HeaderSpec::new());
    Middleware::new(|| from_fn(answer)).response(limited)
}

struct Numbers;

#[controller]
impl Controller for Numbers {
    async fn get(&self) -> u8 {
        1
    }

    async fn post(&self, Body(number): Body<u8>) -> u8 {
        number
    }
}

fn document(router: Router) -> Value {
    let api = router.build().expect("the router is right");
    serde_json::from_slice(api.openapi()).expect("the document is JSON")
}

/// The status and the body of a `GET` with this `X-Answer`.
async fn answered(router: Router, wanted: &str) -> (u16, String) {
    let client = TestClient::new(router).await.expect("the router is right");
    let response = client.get("/").header("X-Answer", wanted).send().await;
    (response.status().as_u16(), response.text().to_owned())
}

#[actix_web::test]
async fn a_declared_answer_is_in_the_document_and_sent() {
    let router = || Router::new("").middleware([answering()]).route("", Numbers);
    let (status, body) = answered(router(), "limited").await;
    assert_eq!(
        (status, body.as_str()),
        (429, r#"{"detail":[{"msg":"slow down"}]}"#)
    );
    assert_eq!(answered(router(), "").await, (200, "1".to_owned()));
    let document = document(router());
    for verb in ["get", "post"] {
        let limited = &document["paths"]["/"][verb]["responses"]["429"];
        assert!(limited["headers"]["Retry-After"].is_object(), "{verb}");
        assert!(limited["content"]["application/json"].is_object(), "{verb}");
    }
}

#[actix_web::test]
async fn an_answer_that_breaks_its_declaration() {
    let cases = [
        (
            "undeclared",
            "Returned status code 418 is not specified in the list",
        ),
        (
            "error",
            "Returned status code 418 is not specified in the list",
        ),
        ("no header", "missing required {'retry-after'} headers"),
        ("no model", "detail"),
        ("html", "Response content type 'text/html' is not listed"),
    ];
    for (wanted, problem) in cases {
        let router = Router::new("").middleware([answering()]).route("", Numbers);
        let (status, body) = answered(router, wanted).await;
        assert_eq!(status, 422, "{wanted}");
        assert!(body.contains(problem), "{wanted}: {body}");
    }
    let router = Router::new("").middleware([answering()]).route("", Numbers);
    let router = router.validate_responses(ValidateResponses::Off);
    assert_eq!(
        answered(router, "undeclared").await,
        (418, "tea".to_owned())
    );
}

/// The endpoint may send it, but a middleware changes the status.
#[actix_web::test]
async fn a_changed_status_is_checked() {
    let status =
        |code: &'static str| Middleware::new(move || DefaultHeaders::new().add(("x-status", code)));
    let router = |code| {
        Router::new("")
            .middleware([answering(), status(code)])
            .route("", Numbers)
    };
    assert_eq!(answered(router("299"), "").await.0, 422);
    assert_eq!(answered(router("200"), "").await.0, 200);
}

#[actix_web::test]
async fn a_failure_of_a_middleware_is_an_internal_error() {
    let router = Router::new("").settings(Settings::new().debug(false));
    let router = router.middleware([answering()]).route("", Numbers);
    let (status, body) = answered(router, "failure").await;
    assert_eq!(status, 500);
    assert!(
        body.contains("internal_error") && !body.contains("secret"),
        "{body}"
    );
}

struct OneEndpoint;

#[controller]
impl Controller for OneEndpoint {
    #[modify(middleware = [answering()])]
    async fn get(&self) -> u8 {
        1
    }

    async fn put(&self) -> u8 {
        2
    }
}

#[actix_web::test]
async fn the_middleware_of_one_endpoint() {
    let router = || Router::new("").route("", OneEndpoint);
    let client = TestClient::new(router())
        .await
        .expect("the router is right");
    let send = async |method| {
        let request = client.request(method, "/").header("X-Answer", "limited");
        request.send().await.status().as_u16()
    };
    assert_eq!(send("GET").await, 429);
    assert_eq!(send("PUT").await, 200);
    // Nobody is limited who asks for nothing.
    assert_eq!(send("POST").await, 405);
    let paths = &document(router())["paths"]["/"];
    assert!(paths["get"]["responses"]["429"].is_object());
    assert!(paths["put"]["responses"]["429"].is_null());
}

#[actix_web::test]
async fn the_middleware_of_an_included_router() {
    let included = Router::new("").middleware([answering()]).route("", Numbers);
    let router = Router::new("")
        .include("in/", included)
        .route("out/", Numbers);
    let client = TestClient::new(router).await.expect("the router is right");
    let send = async |path| {
        let request = client.get(path).header("X-Answer", "limited");
        request.send().await.status().as_u16()
    };
    assert_eq!(send("/in/").await, 429);
    assert_eq!(send("/out/").await, 200);
}

struct Ticks;

#[controller]
impl Controller for Ticks {
    async fn get(&self) -> JsonLines<'_, u8> {
        events! {
            yield 1;
            std::future::pending::<()>().await;
        }
    }
}

#[actix_web::test]
async fn around_a_stream() {
    let router = Router::new("").middleware([noting("router"), answering()]);
    let client = TestClient::new(router.route("", Ticks))
        .await
        .expect("the router is right");
    let request = client.get("/").deadline(Duration::from_secs(5));
    let stream = request.open().await;
    assert_eq!(stream.headers()["x-order"], " router");
    let mut ticks = stream.lines::<u8>();
    // The stream is still open.
    assert_eq!(ticks.next().await, Some(1));
}

/// A middleware counts over all endpoints of its level.
#[actix_web::test]
async fn endpoints_share_the_middleware_of_their_worker() {
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let counting = Middleware::new(move || {
        count.fetch_add(1, Ordering::Relaxed);
        DefaultHeaders::new()
    });
    let router = Router::new("").middleware([counting]);
    let router = router.route("a/", Numbers).route("b/", Numbers);
    let client = TestClient::new(router).await.expect("the router is right");
    assert_eq!(client.get("/a/").send().await.status(), 200);
    assert_eq!(client.get("/b/").send().await.status(), 200);
    assert_eq!(made.load(Ordering::Relaxed), 1);
}

/// The converter of an outer middleware sees the answer of an inner one.
#[actix_web::test]
async fn an_outer_middleware_converts() {
    let teapot = ResponseSpec::error(StatusCode::IM_A_TEAPOT);
    let converting = Middleware::new(DefaultHeaders::new).convert(teapot, |_| {
        Some(Error::msg(StatusCode::IM_A_TEAPOT, "only tea"))
    });
    let router = Router::new("")
        .middleware([converting, answering()])
        .route("", Numbers);
    let (status, body) = answered(router, "error").await;
    assert_eq!(status, 418);
    assert_eq!(body, r#"{"detail":[{"msg":"only tea"}]}"#);
}

/// A layer of another adapter would be left out silently.
#[actix_web::test]
#[should_panic(expected = "service initialization failed")]
async fn a_layer_of_another_adapter() {
    let router = Router::new("").middleware([Layer::new("unknown", Vec::new())]);
    let _ = TestClient::new(router.route("", Numbers)).await;
}

/// Answers in place of the endpoint, without a body.
async fn replace(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, actix_web::Error> {
    let (request, _) = next.call(request).await?.into_parts();
    let response = HttpResponse::Ok().content_type("application/json").finish();
    Ok(ServiceResponse::new(request, response))
}

struct MayBeMissing;

#[controller(middleware = [Middleware::new(|| from_fn(replace))])]
impl Controller for MayBeMissing {
    async fn get(&self) -> Option<u8> {
        Some(1)
    }

    async fn put(&self) -> u8 {
        1
    }
}

/// The document says that the body of an optional result may be empty.
#[test]
fn a_middleware_may_leave_out_what_the_endpoint_may_leave_out() {
    let settings = || Settings::new().debug(false);
    let router = |settings| Router::new("").settings(settings).route("", MayBeMissing);
    let status = |address: &str, verb| crate::client::send(address, verb, "/", &[]).status;
    let address = crate::client::serve(router(settings()));
    assert_eq!(status(&address, "GET"), 200);
    assert_eq!(status(&address, "PUT"), 422);
    let address = crate::client::serve(router(settings().send_null(true)));
    assert_eq!(status(&address, "GET"), 422);
}
