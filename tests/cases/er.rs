//! ER: errors, handlers, problem details, 404.

use std::collections::BTreeMap;

use dmr::http::header::{HeaderName, HeaderValue};
use dmr::http::{HeaderMap, StatusCode};
use dmr::serializer::{ProblemJson, SerdeJson};
use dmr::{
    Controller, CookieSpec, Error, ErrorBody, ErrorDetail, ErrorModel, ErrorResponses, ErrorType,
    HeaderSpec, NewCookie, NotFound, ProblemDetails, Query, RedirectTo, Response, ResponseSpec,
    Router, Settings, controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Server, assert_json, assert_undeclared, cookies, error, value_error};

#[path = "er/error_models.rs"]
mod error_models;

struct Payments;

#[controller]
impl Controller for Payments {
    #[modify(responses = [
        ResponseSpec::new::<BTreeMap<String, String>>(StatusCode::PAYMENT_REQUIRED)
            .header("X-A", HeaderSpec::new())
            .cookie("c", CookieSpec::new()),
    ])]
    async fn get(&self) -> Result<i64, Error> {
        let data = BTreeMap::from([("a".to_owned(), "b".to_owned())]);
        Err(Error::new(StatusCode::PAYMENT_REQUIRED, data)
            .header(
                HeaderName::from_static("x-a"),
                HeaderValue::from_static("1"),
            )
            .cookie(NewCookie::new("c", "1")))
    }
}

#[test]
fn er_01_an_answer_of_the_application() {
    let response = Server::of(Payments).get("/x/");
    assert_json(&response, 402, r#"{"a":"b"}"#);
    assert_eq!(response.header("x-a"), "1");
    assert_eq!(cookies(&response), ["c=1; Path=/; SameSite=lax"]);
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("division by zero")]
    ZeroDivision,
    #[error("no such key")]
    Key,
    #[error("wrong type")]
    Type,
}

struct Layers;

#[controller(responses = [ResponseSpec::new::<ErrorModel>(StatusCode::PAYMENT_REQUIRED)])]
impl Controller for Layers {
    #[modify(error_handler = Self::on_get_error)]
    async fn get(&self) -> Result<i64, Error> {
        Err(Error::internal(Failure::ZeroDivision))
    }

    #[modify(error_handler = Self::on_get_error)]
    async fn put(&self) -> Result<i64, Error> {
        Err(Error::internal(Failure::Key))
    }

    #[modify(error_handler = Self::on_get_error)]
    async fn patch(&self) -> Result<i64, Error> {
        Err(Error::internal(Failure::Type))
    }

    async fn handle_error(&self, error: &Error) -> Option<Response> {
        let Failure::Key = error.downcast_ref()? else {
            return None;
        };
        let detail = ErrorDetail::new("controller")
            .loc(["a".into(), 1.into()])
            .error_type(ErrorType::USER_MSG);
        Some(Response::new(
            StatusCode::PAYMENT_REQUIRED,
            ErrorModel::from(vec![detail]),
        ))
    }
}

impl Layers {
    async fn on_get_error(&self, error: &Error) -> Option<Response> {
        let Failure::ZeroDivision = error.downcast_ref()? else {
            return None;
        };
        let detail = ErrorDetail::new("endpoint: division by zero").error_type(ErrorType::USER_MSG);
        Some(Response::new(
            StatusCode::PAYMENT_REQUIRED,
            ErrorModel::from(vec![detail]),
        ))
    }
}

#[test]
fn er_03_the_handler_of_the_endpoint() {
    assert_json(
        &Server::of(Layers).get("/x/"),
        402,
        &error("endpoint: division by zero", "user_msg"),
    );
}

#[test]
fn er_04_the_next_layer_gets_the_same_error() {
    assert_json(
        &Server::of(Layers).call("PUT", &[]),
        402,
        r#"{"detail":[{"msg":"controller","loc":["a",1],"type":"user_msg"}]}"#,
    );
}

/// The third layer, and errors that no layer answers.
#[test]
fn the_handler_of_the_settings_is_the_last() {
    let settings = Settings::new().error_handler(async |error: &Error| {
        let Failure::Type = error.downcast_ref()? else {
            return None;
        };
        Some(Response::new(
            StatusCode::PAYMENT_REQUIRED,
            ErrorModel::msg("settings"),
        ))
    });
    let server = Server::with(settings, Layers);
    assert_json(
        &server.call("PATCH", &[]),
        402,
        r#"{"detail":[{"msg":"settings"}]}"#,
    );
    assert_json(
        &Server::of(Layers).call("PATCH", &[]),
        500,
        &error("Internal server error", "internal_error"),
    );
}

struct Undeclared;

#[controller]
impl Controller for Undeclared {
    async fn get(&self) -> Result<i64, Error> {
        Err(Error::internal(Failure::Key))
    }

    async fn put(&self) -> Result<i64, Error> {
        Err(Error::new(StatusCode::CONFLICT, "taken"))
    }

    async fn delete(&self) -> i64 {
        panic!("nobody expects it")
    }

    async fn handle_error(&self, error: &Error) -> Option<Response> {
        error.downcast_ref::<Failure>()?;
        Some(Response::new(
            StatusCode::CONFLICT,
            ErrorModel::msg("taken"),
        ))
    }
}

#[test]
fn er_06_a_handler_has_to_keep_to_the_declaration() {
    let server = Server::of(Undeclared);
    assert_undeclared(&server.get("/x/"), 409, "200, 422, 406");
    assert_undeclared(&server.call("PUT", &[]), 409, "200, 422, 406");
    assert_json(
        &server.call("DELETE", &[]),
        500,
        &error("Internal server error", "internal_error"),
    );
}

struct Moved;

#[controller(responses = [ResponseSpec::redirect(StatusCode::FOUND)])]
impl Controller for Moved {
    async fn get(&self) -> Result<i64, Error> {
        Err(RedirectTo::new("https://example.com/new")?.into())
    }

    async fn put(&self) -> Result<i64, Error> {
        Err(RedirectTo::new("javascript:alert(1)")?.into())
    }

    async fn patch(&self) -> Result<i64, Error> {
        Err(Error::new(StatusCode::FOUND, ()))
    }
}

#[test]
fn er_07_a_redirect() {
    let server = Server::of(Moved);
    let response = server.get("/x/");
    assert_json(&response, 302, "");
    assert_eq!(response.header("location"), "https://example.com/new");
    for method in ["PUT", "PATCH"] {
        assert_json(
            &server.call(method, &[]),
            500,
            &error("Internal server error", "internal_error"),
        );
    }
}

#[test]
fn er_09_and_11_paths_that_no_route_has() {
    let server = Server::router(
        Router::new("api/")
            .route("x/", Moved)
            .not_found(NotFound::new(["/api/", "v2"])),
    );
    let not_found = error("Page not found", "not_found");
    assert_json(&server.get("/api/nope/"), 404, &not_found);
    assert_json(
        &server.send("GET", "/api/nope/", &[("Accept", "*/*")], b""),
        404,
        &not_found,
    );
    assert_json(&server.send("POST", "/v2/q", &[], b"{}"), 404, &not_found);
    assert_json(
        &server.send("GET", "/api/nope/", &[("Accept", "text/html")], b""),
        406,
        &value_error(
            "Cannot serialize response body with accepted types [<MediaType: text/html>], \
             supported=['application/json']",
        ),
    );
    // Several `Accept` headers form one list.
    let accept = [("Accept", "text/html"), ("Accept", "application/json")];
    assert_json(
        &server.send("GET", "/api/nope/", &accept, b""),
        404,
        &not_found,
    );
    // A prefix covers whole segments. The host's own 404 has no body.
    for path in ["/zzz/", "/apix"] {
        let response = server.get(path);
        assert_eq!(
            (response.status, response.body.as_str()),
            (404, ""),
            "{path}"
        );
    }
}

fn not_enough() -> Result<ProblemDetails, Error> {
    Ok(
        ProblemDetails::new(StatusCode::PAYMENT_REQUIRED, "Not enough")
            .problem_type("https://e.x/p")
            .title("T")
            .instance("/acc/1")
            .extension("balance", 3)?,
    )
}

const PROBLEM: &str = r#"{"detail":"Not enough","status":402,"type":"https://e.x/p","title":"T","instance":"/acc/1","balance":3}"#;

struct Problems;

#[controller(responses = [ResponseSpec::error(StatusCode::PAYMENT_REQUIRED)])]
impl Controller for Problems {
    type ErrorModel = ProblemDetails;

    async fn get(&self) -> Result<i64, Error> {
        Err(not_enough()?.into())
    }
}

#[test]
fn er_12_problem_details_as_the_error_model() {
    assert_json(&Server::of(Problems).get("/x/"), 402, PROBLEM);
}

struct Negotiated;

#[controller(
    renderers = (SerdeJson, ProblemJson),
    responses = [ResponseSpec::error(StatusCode::PAYMENT_REQUIRED)],
)]
impl Controller for Negotiated {
    async fn get(&self) -> Result<i64, Error> {
        Err(not_enough()?.into())
    }
}

#[test]
fn er_13_problem_details_for_those_who_ask() {
    let server = Server::of(Negotiated);
    let response = server.call("GET", &[("Accept", "application/problem+json")]);
    assert_eq!(response.status, 402);
    assert_eq!(response.header("content-type"), "application/problem+json");
    assert_eq!(response.body, PROBLEM);
    let plain = error("Not enough", "https://e.x/p");
    assert_json(&server.get("/x/"), 402, &plain);
    for accept in ["application/json", "*/*", "application/*"] {
        assert_json(&server.call("GET", &[("Accept", accept)]), 402, &plain);
    }
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "only whether it can be read matters")]
struct Two {
    a: i64,
    b: i64,
}

struct Titled;

#[controller]
impl Controller for Titled {
    type ErrorModel = ProblemDetails;

    async fn get(&self, _: Query<Two>) -> i64 {
        1
    }

    fn format_error(&self, error: &Error) -> ProblemDetails {
        ProblemDetails::from_error(error).title("From format_error")
    }
}

/// The texts are in dialect M.
#[test]
fn er_15_the_format_of_problems() {
    let server = Server::of(Titled);
    assert_json(
        &server.get("/x/?a=x&b=y"),
        400,
        "{\"detail\":\"Expected `int`, got `str` - at `$.parsed_query.a`; \
         Expected `int`, got `str` - at `$.parsed_query.b`\",\
         \"status\":400,\"type\":\"value_error\",\"title\":\"From format_error\"}",
    );
    assert_json(
        &server.call("DELETE", &[]),
        405,
        "{\"detail\":\"Method 'DELETE' is not allowed, allowed: ['GET']\",\"type\":\"not_allowed\",\
         \"title\":\"From format_error\"}",
    );
}
