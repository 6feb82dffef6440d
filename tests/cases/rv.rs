//! RV: response validation.

use dmr::http::StatusCode;
use dmr::http::header::{HeaderName, HeaderValue};
use dmr::{
    Controller, CookieSpec, HeaderSpec, Headers, Json, NewCookie, Response, ResponseSpec,
    ValidateResponses, controller,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{Server, assert_json, assert_undeclared, value_error};

struct Wrong;

#[controller]
impl Controller for Wrong {
    #[validate(ResponseSpec::new::<Vec<i64>>(StatusCode::OK))]
    async fn get(&self) -> Response {
        Response::data(Json(json!([1, "a"])))
    }

    #[validate(
        ResponseSpec::new::<Vec<i64>>(StatusCode::OK),
        validate_responses = ValidateResponses::Off
    )]
    async fn put(&self) -> Response {
        Response::data(Json(json!([1, "a"])))
    }

    #[validate(ResponseSpec::new::<Vec<i64>>(StatusCode::OK))]
    async fn post(&self) -> Response {
        Response::data(vec![1_i64])
    }

    #[validate(
        ResponseSpec::new::<Vec<i64>>(StatusCode::OK),
        exclude_semantic_responses = [StatusCode::UNPROCESSABLE_ENTITY]
    )]
    async fn patch(&self) -> Response {
        Response::data(Json(json!([1, "a"])))
    }
}

const WRONG: &str = "Expected `int`, got `str` - at `$[1]`";

#[test]
fn rv_01_a_dynamic_body() {
    assert_json(&Server::of(Wrong).get("/x/"), 422, &value_error(WRONG));
}

#[test]
fn rv_03_no_validation() {
    assert_json(&Server::of(Wrong).call("PUT", &[]), 200, r#"[1,"a"]"#);
}

struct Off;

#[controller(validate_responses = ValidateResponses::Off)]
impl Controller for Off {
    #[validate(
        ResponseSpec::new::<Vec<i64>>(StatusCode::OK),
        validate_responses = ValidateResponses::Strict
    )]
    async fn get(&self) -> Response {
        Response::data(Json(json!([1, "a"])))
    }

    #[validate(ResponseSpec::new::<Vec<i64>>(StatusCode::OK))]
    async fn put(&self) -> Response {
        Response::data(Json(json!([1, "a"])))
    }
}

#[test]
fn rv_04_the_endpoint_wins_over_the_controller() {
    let server = Server::of(Off);
    assert_json(&server.get("/x/"), 422, &value_error(WRONG));
    assert_json(&server.call("PUT", &[]), 200, r#"[1,"a"]"#);
}

#[test]
fn rv_05_an_undeclared_status() {
    assert_undeclared(&Server::of(Wrong).call("POST", &[]), 201, "200, 422, 406");
}

/// The headers and cookies that the endpoint sends.
#[derive(Deserialize, JsonSchema)]
struct Wish {
    #[serde(rename = "X-Headers", default)]
    headers: String,
    #[serde(rename = "X-Cookies", default)]
    cookies: String,
}

struct Declared;

#[controller]
impl Controller for Declared {
    #[validate(
        ResponseSpec::new::<String>(StatusCode::OK)
            .header("X-A", HeaderSpec::new().schema::<u8>())
            .header("X-B", HeaderSpec::new().required(false))
            .header("X-C", HeaderSpec::new().skip_validation())
            .cookie("s", CookieSpec::new().http_only(true).schema::<u8>())
            .cookie("o", CookieSpec::new().required(false))
            .cookie("k", CookieSpec::new().skip_validation())
    )]
    async fn get(&self, wish: Headers<Wish>) -> Response {
        let pairs = |text: &str| -> Vec<(String, String)> {
            let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
            pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        };
        let mut response = Response::data("body");
        for (name, value) in pairs(&wish.headers) {
            let name: HeaderName = name.parse().expect("a name");
            let value: HeaderValue = value.parse().expect("a value");
            response = response.header(name, value);
        }
        for (name, value) in pairs(&wish.cookies) {
            let http_only = name == "s";
            response = response.cookie(NewCookie::new(name, value).http_only(http_only));
        }
        response
    }
}

fn declared(headers: &str, cookies: &str) -> crate::client::Response {
    let wish = [("X-Headers", headers), ("X-Cookies", cookies)];
    Server::of(Declared).call("GET", &wish)
}

#[test]
fn rv_07_what_is_declared_is_sent() {
    assert_json(&declared("x-a=1", "s=1"), 200, "\"body\"");
    let response = declared("x-a=1;X-B=b;X-C=c", "s=1;o=2;k=3");
    assert_json(&response, 200, "\"body\"");
    assert_eq!(
        (
            response.header("x-a"),
            response.header("x-b"),
            response.header("x-c")
        ),
        ("1", "b", "c")
    );
}

#[test]
fn rv_08_a_missing_header() {
    assert_json(
        &declared("", "s=1"),
        422,
        &value_error("Response has missing required {'x-a'} headers"),
    );
    // RV-09: an undeclared header.
    assert_json(
        &declared("x-a=1;x-z=1", "s=1"),
        422,
        &value_error("Response has extra real undescribed {'x-z'} headers"),
    );
}

#[test]
fn rv_10_cookies() {
    assert_json(
        &declared("x-a=1", ""),
        422,
        &value_error("Response has missing required {'s'} cookie"),
    );
    assert_json(
        &declared("x-a=1", "s=1;S=1"),
        422,
        &value_error("Response has extra real undescribed {'S'} cookies"),
    );
}

/// The values of headers and cookies are checked, and the attributes of cookies.
#[test]
fn values_and_attributes() {
    assert_json(
        &declared("x-a=many", "s=1"),
        422,
        &value_error("Expected `int`, got `str` - in the response header 'x-a'"),
    );
    assert_json(
        &declared("x-a=300", "s=1"),
        422,
        &value_error("Expected `int` <= 255 - in the response header 'x-a'"),
    );
    assert_json(
        &declared("x-a=1", "s=v"),
        422,
        &value_error("Expected `int`, got `str` - in the response cookie 's'"),
    );
    struct Visible;

    #[controller]
    impl Controller for Visible {
        #[validate(ResponseSpec::empty(StatusCode::OK).cookie("s", CookieSpec::new().http_only(true)))]
        async fn get(&self) -> Response {
            Response::empty(StatusCode::OK).cookie(NewCookie::new("s", "secret"))
        }
    }
    assert_json(
        &Server::of(Visible).get("/x/"),
        422,
        &value_error(
            "Response cookie s=…; Path=/; SameSite=lax is not equal to CookieSpec(Path=/; HttpOnly; SameSite=lax)",
        ),
    );
}

#[test]
fn rv_12_an_excluded_422_still_happens() {
    let server = Server::of(Wrong);
    assert_json(&server.call("PATCH", &[]), 422, &value_error(WRONG));
    let document: serde_json::Value =
        serde_json::from_str(&server.get("/docs/openapi.json").body).expect("JSON");
    let responses = document["paths"]["/x/"]["patch"]["responses"]
        .as_object()
        .expect("a map");
    let statuses: Vec<&str> = responses.keys().map(String::as_str).collect();
    assert_eq!(statuses, ["200", "406"]);
}
