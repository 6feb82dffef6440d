//! The common parts of the cases: models, a server, and comparisons.

use dmr::component::{CommaSeparated, Nullable};
use dmr::{Controller, Router, Settings};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::client::{self, Response, send_body};

/// The models of the cases.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct User {
    pub(crate) email: String,
    pub(crate) age: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Q {
    pub(crate) q: String,
    #[serde(default)]
    pub(crate) n: Nullable<i64>,
    #[serde(default)]
    pub(crate) tags: Vec<Nullable<String>>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Head {
    #[serde(rename = "X-Timestamp")]
    pub(crate) timestamp: i64,
    #[serde(rename = "X-Tags", default)]
    pub(crate) tags: CommaSeparated<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct LastId {
    #[serde(rename = "Last-Event-ID")]
    pub(crate) last_event_id: Option<i64>,
}

/// A server that runs until the tests end.
pub(crate) struct Server(pub(crate) String);

impl Server {
    /// Serves one controller at `/x/`.
    pub(crate) fn of(controller: impl Controller) -> Self {
        Self::at("x/", controller)
    }

    pub(crate) fn at(path: &str, controller: impl Controller) -> Self {
        Self::router(Router::new("").route(path, controller))
    }

    /// Settings with debug off, as the conventions of the cases require.
    pub(crate) fn router(router: Router) -> Self {
        Self(client::serve(router.settings(Settings::new().debug(false))))
    }

    pub(crate) fn with(settings: Settings, controller: impl Controller) -> Self {
        let router = Router::new("").route("x/", controller);
        Self(client::serve(router.settings(settings.debug(false))))
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        send_body(&self.0, method, path, headers, body)
    }

    /// Sends a request without a body to `/x/`.
    pub(crate) fn call(&self, method: &str, headers: &[(&str, &str)]) -> Response {
        self.send(method, "/x/", headers, b"")
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.send("GET", path, &[], b"")
    }

    /// Sends JSON to `/x/`.
    pub(crate) fn json(&self, method: &str, body: &str) -> Response {
        let headers = [("Content-Type", "application/json")];
        self.send(method, "/x/", &headers, body.as_bytes())
    }
}

/// Compares status, content type and the whole body.
#[track_caller]
pub(crate) fn assert_json(response: &Response, status: u16, body: &str) {
    let content_type = response.header("content-type");
    assert_eq!(
        (response.status, content_type, response.body.as_str()),
        (status, "application/json", body)
    );
}

/// A response whose status stands for no content has neither a body nor a media type.
#[track_caller]
pub(crate) fn assert_no_content(response: &Response, status: u16) {
    assert_eq!(
        (
            response.status,
            response.headers.get("content-type"),
            response.body.as_str()
        ),
        (status, None, "")
    );
}

/// The body of an error with one detail.
pub(crate) fn error(msg: &str, error_type: &str) -> String {
    let msg = serde_json::to_string(msg).expect("a text");
    format!("{{\"detail\":[{{\"msg\":{msg},\"type\":\"{error_type}\"}}]}}")
}

pub(crate) fn value_error(msg: &str) -> String {
    error(msg, "value_error")
}

/// `405(X, [A,B])` of the conventions.
#[track_caller]
pub(crate) fn assert_405(response: &Response, method: &str, allowed: &[&str]) {
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
pub(crate) fn assert_undeclared(response: &Response, status: u16, allowed: &str) {
    let msg = format!(
        "Returned status code {status} is not specified in the list of allowed status codes: [{allowed}]"
    );
    assert_json(response, 422, &value_error(&msg));
}

/// The cookies of a response, each with its attributes sorted.
pub(crate) fn cookies(response: &Response) -> Vec<String> {
    let header = response.header("set-cookie");
    let cookies = header.lines().map(|cookie| {
        let (pair, attributes) = cookie.split_once("; ").unwrap_or((cookie, ""));
        let mut attributes: Vec<&str> = attributes.split("; ").collect();
        attributes.sort_unstable();
        format!("{pair}; {}", attributes.join("; "))
    });
    cookies.collect()
}
