//! Malformed requests of many kinds. Each gets a 4xx in the error model, and the server goes on.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;

use client::{Connection, Response};
use dmr::component::{CommaSeparated, Nullable, UploadedFile};
use dmr::http::StatusCode;
use dmr::http::header::{HeaderName, HeaderValue};
use dmr::serializer::{Form, MessagePack, Multipart};
use dmr::{
    Body, Controller, CookieSpec, Cookies, Error, Files, HeaderSpec, Headers, NewCookie, Path,
    Query, RedirectTo, ResponseSpec, Router, Settings, controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[path = "malformed/values.rs"]
mod values;

use self::values::{json_bodies, message_pack_bodies, texts};

#[path = "malformed/framing.rs"]
mod framing;

use self::framing::{framing, injections, multipart_bodies};

#[derive(Serialize, Deserialize, JsonSchema)]
struct Order {
    email: String,
    #[schemars(range(min = 1, max = 9))]
    count: i64,
    #[serde(default)]
    size: Option<Size>,
    #[serde(default)]
    price: f64,
    #[serde(default)]
    #[schemars(length(max = 3))]
    lines: Vec<Line>,
    #[serde(default)]
    share: Option<u8>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
enum Size {
    Small,
    Large,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Line {
    id: u32,
}

struct Json;

#[controller(max_body_size = 2000)]
impl Controller for Json {
    async fn post(&self, Body(order): Body<Order>) -> Order {
        order
    }
}

struct Packed;

#[controller(parsers = [MessagePack], max_body_size = 2000)]
impl Controller for Packed {
    async fn post(&self, Body(order): Body<Order>) -> Order {
        order
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Text {
    id: u32,
    #[serde(default)]
    tags: CommaSeparated<i64>,
    #[serde(default)]
    parent: Nullable<u64>,
    #[serde(default)]
    flag: bool,
    #[serde(default)]
    share: f64,
    #[serde(default)]
    list: Vec<u8>,
    #[serde(default)]
    #[schemars(length(max = 5))]
    name: String,
}

struct Texts;

#[controller(parsers = [Form], max_body_size = 2000, max_form_fields = 20)]
impl Controller for Texts {
    async fn get(&self, Query(text): Query<Text>) -> Text {
        text
    }

    async fn post(&self, Body(text): Body<Text>) -> Text {
        text
    }

    async fn put(&self, Headers(text): Headers<Text>) -> Text {
        text
    }

    async fn patch(&self, Cookies(text): Cookies<Text>) -> Text {
        text
    }
}

#[derive(Deserialize, JsonSchema)]
struct Ids {
    id: u32,
    name: String,
}

struct Paths;

#[controller]
impl Controller for Paths {
    async fn get(&self, Path(ids): Path<Ids>) -> String {
        format!("{} {}", ids.id, ids.name)
    }
}

#[derive(Deserialize, JsonSchema)]
struct Title {
    title: String,
}

#[derive(Deserialize, JsonSchema)]
struct Uploads {
    file: UploadedFile<Sized>,
}

#[derive(Deserialize, JsonSchema)]
struct Sized {
    #[schemars(range(max = 100))]
    size: u64,
}

struct Forms;

#[controller(
    parsers = [Multipart],
    max_body_size = 1000,
    max_upload_size = 400_000,
    max_form_fields = 3,
    max_files = 2,
)]
impl Controller for Forms {
    async fn post(&self, form: Body<Title>, files: Files<Uploads>) -> String {
        format!("{} {}", form.title, files.file.metadata.size)
    }
}

#[derive(Deserialize, JsonSchema)]
struct Echo {
    text: String,
}

/// Echoes a value of the request at every place of a response.
struct Echoes;

#[controller]
impl Controller for Echoes {
    #[modify(responses = [
        ResponseSpec::redirect(StatusCode::FOUND),
        ResponseSpec::error(StatusCode::CONFLICT)
            .header("X-Echo", HeaderSpec::new().required(false))
            .cookie("echo", CookieSpec::new().required(false)),
    ])]
    async fn get(&self, echo: Query<Echo>) -> Result<String, Error> {
        let (kind, text) = echo.text.split_once(':').unwrap_or(("", &echo.text));
        let conflict = Error::msg(StatusCode::CONFLICT, text);
        Err(match kind {
            // An unsafe URL does not become a redirect.
            "redirect" => match RedirectTo::new(text) {
                Ok(redirect) => redirect.into(),
                Err(_) => conflict,
            },
            "cookie" => conflict.cookie(NewCookie::new("echo", text.to_owned())),
            "header" => {
                let name = HeaderName::from_static("x-echo");
                match HeaderValue::from_str(text) {
                    Ok(value) => conflict.header(name, value),
                    Err(_) => conflict,
                }
            }
            _ => conflict,
        })
    }
}

fn server() -> String {
    client::serve(
        Router::new("")
            .settings(Settings::new().debug(false).max_query_fields(20))
            .route("json/", Json)
            .route("packed/", Packed)
            .route("texts/", Texts)
            .route("paths/{id}/{name}/", Paths)
            .route("forms/", Forms)
            .route("echo/", Echoes),
    )
}

/// The expected answer.
#[derive(Clone, Copy)]
enum Want {
    /// A response with this status, in the error model.
    Model(u16),
    /// A response with this status of the server itself, for bytes that are not a request.
    Server(u16),
    /// Either of these: two rules are broken.
    Any(&'static [u16]),
    /// The connection ends, perhaps after an error response.
    Closed,
}

use Want::{Any, Closed, Model, Server};

/// A malformed request.
struct Wrong {
    name: String,
    bytes: Vec<u8>,
    /// Whether to close the sending half after the request.
    ends: bool,
    want: Want,
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\n").into_bytes();
    for (name, value) in headers {
        head.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    head.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    head.extend_from_slice(body);
    head
}

#[derive(Default)]
struct Suite(Vec<Wrong>);

impl Suite {
    fn raw(&mut self, name: impl Into<String>, want: Want, bytes: impl Into<Vec<u8>>) {
        self.0.push(Wrong {
            name: name.into(),
            bytes: bytes.into(),
            ends: false,
            want,
        });
    }

    fn json(&mut self, want: u16, body: impl AsRef<[u8]>) {
        let body = body.as_ref();
        let shown: String = String::from_utf8_lossy(body).chars().take(60).collect();
        let headers = [("Content-Type", "application/json")];
        let bytes = request("POST", "/json/", &headers, body);
        self.raw(format!("json {shown}"), Model(want), bytes);
    }

    fn packed(&mut self, want: u16, body: &[u8]) {
        let headers = [("Content-Type", "application/msgpack")];
        let shown = &body[..body.len().min(20)];
        let bytes = request("POST", "/packed/", &headers, body);
        self.raw(format!("msgpack {shown:x?}"), Model(want), bytes);
    }

    /// A wrong text in a query, a form, a header and a cookie.
    fn text(&mut self, name: &str, value: &str) {
        let path = format!("/texts/?id=1&{name}={value}");
        self.raw(
            format!("query {name}={value}"),
            Model(400),
            request("GET", &path, &[], b""),
        );
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let body = format!("id=1&{name}={value}");
        let bytes = request("POST", "/texts/", &headers, body.as_bytes());
        self.raw(format!("form {name}={value}"), Model(400), bytes);
        let bytes = request("PUT", "/texts/", &[("id", "1"), (name, value)], b"");
        self.raw(format!("header {name}={value}"), Model(400), bytes);
        let cookie = format!("id=1; {name}={value}");
        let bytes = request("PATCH", "/texts/", &[("Cookie", &cookie)], b"");
        self.raw(format!("cookie {name}={value}"), Model(400), bytes);
    }

    fn form(&mut self, name: &str, want: u16, body: &[u8]) {
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let bytes = request("POST", "/texts/", &headers, body);
        self.raw(format!("form {name}"), Model(want), bytes);
    }

    fn multipart(&mut self, name: &str, want: u16, body: impl AsRef<[u8]>) {
        let headers = [("Content-Type", "multipart/form-data; boundary=b")];
        let bytes = request("POST", "/forms/", &headers, body.as_ref());
        self.raw(format!("multipart {name}"), Model(want), bytes);
    }
}

const GOOD: &str = r#"{"email":"a","count":1}"#;

/// Whether the body is the error model, with non-empty details.
fn is_model(response: &Response) -> bool {
    let body: Value = serde_json::from_str(&response.body).unwrap_or_default();
    let details = body["detail"].as_array().map_or(&[][..], Vec::as_slice);
    let says_something = |detail: &Value| {
        let msg = detail["msg"].as_str().unwrap_or_default();
        !msg.is_empty() && detail["type"] == "value_error"
    };
    response.header("content-type") == "application/json"
        && !details.is_empty()
        && details.iter().all(says_something)
}

/// Sends a request. Returns what is wrong with the answer, if anything.
fn check(address: &str, wrong: &Wrong) -> Option<String> {
    let mut connection = Connection::open(address);
    // The server may have answered and closed before the whole request was sent.
    let _ = connection.try_write(&wrong.bytes);
    if wrong.ends {
        connection.finish();
    }
    let response = connection.response();
    let status = response.status;
    let right = match wrong.want {
        Model(wanted) => status == wanted && is_model(&response),
        Server(wanted) => status == wanted,
        Any(wanted) => wanted.contains(&status),
        Closed => matches!(status, 0 | 400..=499),
    };
    (!right).then(|| format!("{}: {status} {}", wrong.name, response.body))
}

/// The resident memory of this process, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .expect("it is there");
    let number = line.split_whitespace().nth(1).expect("a number");
    number.parse().expect("a number")
}

#[test]
fn wrong_requests_are_answered() {
    let mut suite = Suite::default();
    json_bodies(&mut suite);
    message_pack_bodies(&mut suite);
    texts(&mut suite);
    multipart_bodies(&mut suite);
    framing(&mut suite);
    assert!(suite.0.len() >= 200, "{}", suite.0.len());

    let address = server();
    let good = || {
        let headers = [("Content-Type", "application/json")];
        client::send_body(&address, "POST", "/json/", &headers, GOOD.as_bytes()).status
    };
    assert_eq!(good(), 201);
    let before = resident();
    let failures: Vec<String> = suite
        .0
        .iter()
        .filter_map(|wrong| check(&address, wrong))
        .collect();
    assert!(failures.is_empty(), "{failures:#?}");
    assert_eq!(good(), 201, "the server goes on");
    let grown = resident().saturating_sub(before);
    assert!(grown < 32 * 1024, "{grown} KiB more than before");
}

#[test]
fn what_is_echoed_stays_in_its_place() {
    let address = server();
    for path in injections() {
        let response = client::get(&address, &path);
        assert!(matches!(response.status, 302 | 409), "{path}: {response:?}");
        assert!(
            !response.headers.contains_key("x-evil"),
            "{path}: {response:?}"
        );
        let evil = response
            .header("set-cookie")
            .lines()
            .any(|cookie| cookie.starts_with("evil"));
        assert!(!evil, "{path}: {response:?}");
    }
}
