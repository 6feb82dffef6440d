//! Paths with patterns.

use dmr::http::HeaderValue;
use dmr::http::header::CONTENT_TYPE;
use dmr::{Controller, Path, Response, ResponseSpec, Router, Settings, StatusCode, controller};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::client::{get, serve};

#[derive(Deserialize, JsonSchema)]
struct Year {
    year: u16,
}

struct Years;

#[controller]
impl Controller for Years {
    async fn get(&self, path: Path<Year>) -> u16 {
        path.0.year
    }
}

fn router() -> Router {
    Router::new("")
        .settings(Settings::new().debug(false))
        .route(r"years/{year:\d{4}}/", Years)
}

/// The braces of a pattern are not those of a parameter.
#[test]
fn a_pattern_with_braces() {
    let api = router().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    let paths = document["paths"].as_object().expect("an object");
    assert_eq!(paths.keys().collect::<Vec<_>>(), ["/years/{year}/"]);
    let address = serve(router());
    assert_eq!(get(&address, "/years/1815/").body, "1815");
    assert_eq!(get(&address, "/years/15/").status, 404);
}

struct Typed;

#[controller]
impl Controller for Typed {
    #[validate(ResponseSpec::new::<u8>(StatusCode::OK))]
    async fn get(&self) -> Response {
        let html = HeaderValue::from_static("text/html");
        Response::data(1_u8).header(CONTENT_TYPE, html)
    }
}

/// The body determines the only media type.
#[test]
fn a_media_type_that_is_set_by_hand() {
    let response = get(&serve(Router::new("").route("", Typed)), "/");
    assert_eq!(response.header("content-type"), "application/json");
}
