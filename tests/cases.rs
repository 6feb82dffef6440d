//! The cases of the specification, each under its number, over a socket. Where a decision changes the answer, the test
//! says which.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;

#[path = "cases/co.rs"]
mod co;
#[path = "cases/ep.rs"]
mod ep;
#[path = "cases/er.rs"]
mod er;
#[path = "cases/mi.rs"]
mod mi;
#[path = "cases/ne.rs"]
mod ne;
#[path = "cases/rv.rs"]
mod rv;
#[path = "cases/st.rs"]
mod st;
#[path = "../examples/xml/xml.rs"]
mod xml;

use client::{Response, send_body};
use dmr::component::{CommaSeparated, Nullable};
use dmr::{Controller, Router, Settings};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The models of the cases.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct User {
    email: String,
    age: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Q {
    q: String,
    #[serde(default)]
    n: Nullable<i64>,
    #[serde(default)]
    tags: Vec<Nullable<String>>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Head {
    #[serde(rename = "X-Timestamp")]
    timestamp: i64,
    #[serde(rename = "X-Tags", default)]
    tags: CommaSeparated<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct LastId {
    #[serde(rename = "Last-Event-ID")]
    last_event_id: Option<i64>,
}

/// A server, until the tests end.
struct Server(String);

impl Server {
    /// Serves one controller at `/x/`.
    fn of(controller: impl Controller) -> Self {
        Self::at("x/", controller)
    }

    fn at(path: &str, controller: impl Controller) -> Self {
        Self::router(Router::new("").route(path, controller))
    }

    /// Debug is off, as in the conventions of the cases.
    fn router(router: Router) -> Self {
        Self(client::serve(router.settings(Settings::new().debug(false))))
    }

    fn with(settings: Settings, controller: impl Controller) -> Self {
        let router = Router::new("").route("x/", controller);
        Self(client::serve(router.settings(settings.debug(false))))
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        send_body(&self.0, method, path, headers, body)
    }

    /// Sends a request without a body to `/x/`.
    fn call(&self, method: &str, headers: &[(&str, &str)]) -> Response {
        self.send(method, "/x/", headers, b"")
    }

    fn get(&self, path: &str) -> Response {
        self.send("GET", path, &[], b"")
    }

    /// Sends JSON to `/x/`.
    fn json(&self, method: &str, body: &str) -> Response {
        let headers = [("Content-Type", "application/json")];
        self.send(method, "/x/", &headers, body.as_bytes())
    }
}

/// Compares status, content type and the whole body.
#[track_caller]
fn assert_json(response: &Response, status: u16, body: &str) {
    let content_type = response.header("content-type");
    assert_eq!(
        (response.status, content_type, response.body.as_str()),
        (status, "application/json", body)
    );
}

/// The body of an error with one detail.
fn error(msg: &str, error_type: &str) -> String {
    let msg = serde_json::to_string(msg).expect("a text");
    format!("{{\"detail\":[{{\"msg\":{msg},\"type\":\"{error_type}\"}}]}}")
}

fn value_error(msg: &str) -> String {
    error(msg, "value_error")
}

/// `405(X, [A,B])` of the conventions.
#[track_caller]
fn assert_405(response: &Response, method: &str, allowed: &[&str]) {
    let quoted: Vec<String> = allowed.iter().map(|name| format!("'{name}'")).collect();
    let msg = format!(
        "Method '{method}' is not allowed, allowed: [{}]",
        quoted.join(", ")
    );
    assert_eq!(response.header("allow"), allowed.join(", "));
    assert_json(response, 405, &error(&msg, "not_allowed"));
}

/// `STATUS?(n | list)` of the conventions.
#[track_caller]
fn assert_undeclared(response: &Response, status: u16, allowed: &str) {
    let msg = format!(
        "Returned status code {status} is not specified in the list of allowed status codes: [{allowed}]"
    );
    assert_json(response, 422, &value_error(&msg));
}

/// The cookies of a response, each with its attributes sorted.
fn cookies(response: &Response) -> Vec<String> {
    let header = response.header("set-cookie");
    let cookies = header.lines().map(|cookie| {
        let (pair, attributes) = cookie.split_once("; ").unwrap_or((cookie, ""));
        let mut attributes: Vec<&str> = attributes.split("; ").collect();
        attributes.sort_unstable();
        format!("{pair}; {}", attributes.join("; "))
    });
    cookies.collect()
}
