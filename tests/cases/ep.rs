//! EP: endpoints, methods, statuses, headers.

use std::collections::BTreeMap;

use dmr::{
    Body, Controller, FileResponse, NewCookie, NewHeader, Response, ResponseSpec, StatusCode,
    controller,
};

use crate::{Server, User, assert_405, assert_json, assert_no_content, cookies, value_error};

struct Numbers;

#[controller]
impl Controller for Numbers {
    async fn get(&self) -> Vec<i64> {
        vec![1, 2, 3]
    }
}

#[test]
fn ep_01_a_value_is_the_body() {
    assert_json(&Server::of(Numbers).get("/x/"), 200, "[1,2,3]");
}

struct Nothings;

#[controller]
impl Controller for Nothings {
    async fn put(&self) -> BTreeMap<String, i64> {
        BTreeMap::from([("a".to_owned(), 1)])
    }

    async fn patch(&self) {}

    async fn delete(&self) {}

    #[modify(status_code = StatusCode::NO_CONTENT)]
    async fn post(&self) {}

    async fn get(&self) -> Option<i64> {
        None
    }
}

#[test]
fn ep_03_nothing_is_an_empty_body_with_200() {
    let server = Server::of(Nothings);
    assert_json(&server.call("PUT", &[]), 200, r#"{"a":1}"#);
    assert_json(&server.call("PATCH", &[]), 200, "");
    assert_json(&server.call("DELETE", &[]), 200, "");
}

#[test]
fn ep_04_no_content() {
    assert_no_content(&Server::of(Nothings).call("POST", &[]), 204);
}

#[test]
fn ep_05_a_missing_value_is_an_empty_body() {
    assert_json(&Server::of(Nothings).get("/x/"), 200, "");
}

#[test]
fn ep_07_an_unknown_verb_is_a_405() {
    let response = Server::of(Nothings).call("TRACE", &[("Accept", "text/html")]);
    assert_405(
        &response,
        "TRACE",
        &["DELETE", "GET", "PATCH", "POST", "PUT"],
    );
}

#[test]
fn ep_08_options_is_no_endpoint_by_itself() {
    assert_405(
        &Server::of(Numbers).call("OPTIONS", &[]),
        "OPTIONS",
        &["GET"],
    );
}

struct Queried;

#[controller]
impl Controller for Queried {
    #[validate(ResponseSpec::new::<User>(StatusCode::OK))]
    async fn query(&self, Body(user): Body<User>) -> Response {
        Response::data(user)
    }
}

#[test]
fn ep_10_query_takes_a_body() {
    let server = Server::of(Queried);
    let user = r#"{"email":"a","age":1}"#;
    assert_json(&server.json("QUERY", user), 200, user);
    assert_json(
        &server.json("QUERY", r#"{"email":"a"}"#),
        400,
        &value_error("Object missing required field `age` - at `$.parsed_body`"),
    );
    assert_405(&server.call("GET", &[]), "GET", &["QUERY"]);
}

struct Purged;

#[controller(verbs = [purge])]
impl Controller for Purged {
    async fn purge(&self) -> i64 {
        7
    }
}

/// Verbs of the option `verbs`.
#[test]
fn a_custom_verb() {
    let server = Server::of(Purged);
    assert_json(&server.call("PURGE", &[]), 200, "7");
    assert_405(&server.call("GET", &[]), "GET", &["PURGE"]);
    let document = server.get("/docs/openapi.json").body;
    assert!(
        document.contains(r#""additionalOperations":{"PURGE":{"#),
        "{document}"
    );
}

struct Headed;

#[controller]
impl Controller for Headed {
    async fn head(&self) {}
}

#[test]
fn ep_12_head_is_explicit() {
    let server = Server::of(Headed);
    assert_json(&server.call("HEAD", &[]), 200, "");
    assert_405(&server.call("GET", &[]), "GET", &["HEAD"]);
}

struct Decorated;

#[controller]
impl Controller for Decorated {
    #[modify(
        status_code = StatusCode::ACCEPTED,
        headers = [("X-Custom", NewHeader::new("a"))],
        cookies = [
            NewCookie::new("session_id", "123"),
            NewCookie::new("another", "456").http_only(true),
        ],
    )]
    async fn post(&self) {}
}

#[test]
fn ep_13_new_headers_and_cookies() {
    let response = Server::of(Decorated).call("POST", &[]);
    assert_json(&response, 202, "");
    assert_eq!(response.header("x-custom"), "a");
    assert_eq!(
        cookies(&response),
        [
            "session_id=123; Path=/; SameSite=lax",
            "another=456; HttpOnly; Path=/; SameSite=lax",
        ]
    );
}

struct Inferred;

#[controller]
impl Controller for Inferred {
    #[validate(ResponseSpec::new::<Vec<i64>>(StatusCode::CREATED))]
    async fn post(&self) -> Response {
        Response::data(vec![1_i64])
    }
}

#[test]
fn ep_14_the_status_is_that_of_the_verb() {
    assert_json(&Server::of(Inferred).call("POST", &[]), 201, "[1]");
}

struct Receipt;

#[controller]
impl Controller for Receipt {
    #[validate(ResponseSpec::file(StatusCode::OK, "text/plain"))]
    async fn get(&self) -> Response {
        FileResponse::new("text/plain", "Hello")
            .attachment("receipt.txt")
            .into()
    }
}

#[test]
fn ep_16_a_file() {
    let server = Server::of(Receipt);
    for accept in ["*/*", "text/plain", "text/*"] {
        let response = server.call("GET", &[("Accept", accept)]);
        assert_eq!(response.status, 200);
        assert_eq!(response.header("content-type"), "text/plain");
        assert_eq!(response.header("content-length"), "5");
        assert_eq!(
            response.header("content-disposition"),
            r#"attachment; filename="receipt.txt""#
        );
        assert_eq!(response.body, "Hello");
    }
    // The method is not called if the client does not accept its response.
    assert_json(
        &server.call("GET", &[("Accept", "application/json")]),
        406,
        &value_error(
            "Cannot serialize response body with accepted types [<MediaType: application/json>], \
             supported=['text/plain']",
        ),
    );
}

struct Allowed;

#[controller(meta)]
impl Controller for Allowed {
    async fn post(&self) {}

    async fn put(&self) {}
}
#[test]
fn the_option_meta_serves_options() {
    let response = Server::of(Allowed).call("OPTIONS", &[]);
    assert_no_content(&response, 204);
    assert_eq!(response.header("allow"), "OPTIONS, POST, PUT");
}
