//! Numbers out of the range of a type.

use dmr::serializer::{Form, SerdeJson};
use dmr::{Body, Controller, Headers, Path, Query, Router, Settings, controller};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::client::{send_body, serve};

#[derive(Deserialize, JsonSchema)]
struct Measured {
    value: f32,
}

struct Measurements;

#[controller(parsers = (SerdeJson, Form))]
impl Controller for Measurements {
    async fn get(&self, _: Path<Measured>, _: Query<Measured>, _: Headers<Measured>) -> f64 {
        1.0
    }

    async fn put(&self, body: Body<Measured>) -> f64 {
        f64::from(body.value)
    }
}

/// `1e39` is out of the range of a 32-bit float: serde would read infinity.
#[test]
fn a_float_is_not_infinite() {
    let router = Router::new("")
        .settings(Settings::new().debug(false))
        .route("{value}/", Measurements);
    let address = serve(router);
    let get = |path: &str, query: &str, header: &str| {
        let path = format!("/{path}/?value={query}");
        send_body(&address, "GET", &path, &[("value", header)], b"").status
    };
    assert_eq!(get("1", "1", "3e38"), 200);
    assert_eq!(get("1e39", "1", "1"), 400);
    assert_eq!(get("1", "1e39", "1"), 400);
    assert_eq!(get("1", "1", "-1e39"), 400);
    let put = |content_type: &str, body: &str| {
        let headers = [("Content-Type", content_type)];
        send_body(&address, "PUT", "/1/", &headers, body.as_bytes())
    };
    assert_eq!(put("application/json", r#"{"value":3e38}"#).status, 200);
    let refused = put("application/json", r#"{"value":1e39}"#);
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.body,
        r#"{"detail":[{"msg":"Expected `float` matching format 'float' - at `$.parsed_body.value`","type":"value_error"}]}"#
    );
    assert_eq!(
        put("application/x-www-form-urlencoded", "value=1e39").status,
        400
    );
}
