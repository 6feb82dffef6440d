//! CO: request components.

use dmr::component::UploadedFile;
use dmr::serializer::{Form, MessagePack, Multipart, SerdeJson};
use dmr::{Body, Controller, Cookies, Files, Headers, Path, Query, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Head, LastId, Q, Server, User, assert_json, value_error};

#[path = "co/values.rs"]
mod values;

struct Users;

#[controller]
impl Controller for Users {
    async fn post(&self, Body(user): Body<User>) -> User {
        user
    }
}

const USER: &str = r#"{"email":"a@b.c","age":3}"#;

#[test]
fn co_01_unknown_fields_are_ignored() {
    let server = Server::of(Users);
    let response = server.json("POST", r#"{"email":"a@b.c","age":3,"zz":1}"#);
    assert_json(&response, 201, USER);
}

#[test]
fn co_03_a_missing_field() {
    assert_json(
        &Server::of(Users).json("POST", r#"{"email":"a@b.c"}"#),
        400,
        &value_error("Object missing required field `age` - at `$.parsed_body`"),
    );
}

/// All errors are listed.
#[test]
fn co_04_two_wrong_types() {
    assert_json(
        &Server::of(Users).json("POST", r#"{"email":1,"age":"x"}"#),
        400,
        "{\"detail\":[{\"msg\":\"Expected `str`, got `int` - at `$.parsed_body.email`\",\"type\":\"value_error\"},\
         {\"msg\":\"Expected `int`, got `str` - at `$.parsed_body.age`\",\"type\":\"value_error\"}]}",
    );
}

#[test]
fn co_06_truncated_json() {
    assert_json(
        &Server::of(Users).json("POST", r#"{"a":"#),
        400,
        &value_error("EOF while parsing a value at line 1 column 5"),
    );
}

#[test]
fn co_07_a_body_that_is_not_utf_8() {
    let headers = [("Content-Type", "application/json")];
    let response = Server::of(Users).send("POST", "/x/", &headers, b"{\"a\": \"\xff\"}");
    assert_json(
        &response,
        400,
        &value_error("Invalid UTF-8: byte 0xff at position 7"),
    );
}

#[test]
fn co_08_an_unknown_content_type() {
    let headers = [("Content-Type", "application/xml")];
    assert_json(
        &Server::of(Users).send("POST", "/x/", &headers, b"{}"),
        400,
        &value_error(
            "Cannot parse request body with content type 'application/xml', expected=['application/json']",
        ),
    );
}

/// The first parser.
#[test]
fn co_10_no_content_type() {
    assert_json(
        &Server::of(Users).send("POST", "/x/", &[], USER.as_bytes()),
        201,
        USER,
    );
}

struct Bodiless;

#[controller]
impl Controller for Bodiless {
    async fn post(&self) -> u8 {
        1
    }
}

#[test]
fn co_11_a_body_that_nobody_reads() {
    let headers = [("Content-Type", "application/xml")];
    let response = Server::of(Bodiless).send("POST", "/x/", &headers, b"\xffgarbage");
    assert_json(&response, 201, "1");
}

struct Texts;

#[controller(parsers = [Form])]
impl Controller for Texts {
    async fn get(&self, Query(q): Query<Q>) -> Q {
        q
    }

    async fn post(&self, Body(q): Body<Q>) -> Q {
        q
    }
}

#[test]
fn co_12_a_query() {
    let server = Server::of(Texts);
    assert_json(
        &server.get("/x/?q=a&q=b&n=null&tags=1&tags=null&tags=2"),
        200,
        r#"{"q":"b","n":null,"tags":["1",null,"2"]}"#,
    );
    assert_json(
        &server.get("/x/?q=a"),
        200,
        r#"{"q":"a","n":null,"tags":[]}"#,
    );
}

#[test]
fn co_14_a_query_that_does_not_match() {
    assert_json(
        &Server::of(Texts).get("/x/?q=1&n=zz"),
        400,
        &value_error("Expected `int | null`, got `str` - at `$.parsed_query.n`"),
    );
}

struct Stamped;

#[controller]
impl Controller for Stamped {
    async fn get(&self, head: Headers<Head>) -> dmr::Json {
        json!({"t": head.timestamp, "tags": head.tags.0}).into()
    }
}

#[test]
fn co_15_headers() {
    let server = Server::of(Stamped);
    assert_json(
        &server.call("GET", &[("X-Timestamp", "5"), ("X-Tags", "a, b,c")]),
        200,
        r#"{"t":5,"tags":["a"," b","c"]}"#,
    );
    assert_json(
        &server.call("GET", &[("x-timestamp", "5")]),
        200,
        r#"{"t":5,"tags":[]}"#,
    );
}

struct Resumed;

#[controller]
impl Controller for Resumed {
    async fn get(&self, last: Headers<LastId>) -> Option<i64> {
        last.last_event_id
    }
}

#[test]
fn co_17_the_header_of_the_seed() {
    let response = Server::of(Resumed).call("GET", &[("Last-Event-ID", "abc")]);
    assert_eq!(response.header("content-length"), "114");
    assert_json(
        &response,
        400,
        "{\"detail\":[{\"msg\":\"Expected `int | null`, got `str` - at `$.parsed_headers.last_event_id`\",\
         \"type\":\"value_error\"}]}",
    );
}

#[derive(Deserialize, JsonSchema)]
struct Session {
    session: String,
}

struct Sessions;

#[controller]
impl Controller for Sessions {
    async fn get(&self, Cookies(cookies): Cookies<Session>) -> String {
        cookies.session
    }
}

#[test]
fn co_18_cookies() {
    let server = Server::of(Sessions);
    assert_json(
        &server.call("GET", &[("Cookie", "a=b; session=1")]),
        200,
        "\"1\"",
    );
    let missing = value_error("Object missing required field `session` - at `$.parsed_cookies`");
    assert_json(&server.call("GET", &[]), 400, &missing);
    assert_json(
        &server.call("GET", &[("Cookie", "Session=1")]),
        400,
        &missing,
    );
    // Quotes around a value are not part of it; encoded quotes are.
    for (cookie, value) in [
        ("session=\"a%20b\"", "\"a b\""),
        ("session=%22%22", "\"\\\"\\\"\""),
        ("session=100%", "\"100%\""),
        ("session=%ff; session=1; other=%ff", "\"1\""),
    ] {
        assert_json(&server.call("GET", &[("Cookie", cookie)]), 200, value);
    }
}

#[derive(Deserialize, JsonSchema)]
struct UserPath {
    user_id: i64,
}

struct ById;

#[controller]
impl Controller for ById {
    async fn get(&self, path: Path<UserPath>) -> i64 {
        path.user_id
    }
}

#[test]
fn co_19_a_path() {
    let server = Server::at("u/{user_id}", ById);
    assert_json(&server.get("/u/5"), 200, "5");
    assert_json(
        &server.get("/u/abc"),
        400,
        &value_error("Expected `int`, got `str` - at `$.parsed_path.user_id`"),
    );
}

#[derive(Deserialize, JsonSchema)]
struct Token {
    #[serde(rename = "X-API-Token")]
    token: String,
}

struct Everything;

#[controller]
impl Controller for Everything {
    async fn post(
        &self,
        path: Path<UserPath>,
        query: Query<Q>,
        headers: Headers<Token>,
        cookies: Cookies<Session>,
        body: Body<User>,
    ) -> dmr::Json {
        json!([
            path.user_id,
            query.q,
            headers.token,
            cookies.session,
            body.email
        ])
        .into()
    }
}

/// A wrong value in each of five components, with `loc`.
#[test]
fn co_20_all_errors_of_all_components_in_order() {
    let server = Server(crate::client::serve(
        dmr::Router::new("")
            .settings(dmr::Settings::new().debug(false).error_locations(true))
            .route("x/{user_id}/", Everything),
    ));
    let headers = [("Content-Type", "application/json")];
    let response = server.send("POST", "/x/a/", &headers, br#"{"email":1}"#);
    assert_eq!(response.status, 400);
    let body: Value = serde_json::from_str(&response.body).expect("JSON");
    let detail = |msg: &str, loc: &[&str]| json!({"msg": msg, "loc": loc, "type": "value_error"});
    assert_eq!(
        body,
        json!({"detail": [
            detail("Expected `int`, got `str` - at `$.parsed_path.user_id`", &["parsed_path", "user_id"]),
            detail("Object missing required field `q` - at `$.parsed_query`", &["parsed_query", "q"]),
            detail("Object missing required field `X-API-Token` - at `$.parsed_headers`", &["parsed_headers", "X-API-Token"]),
            detail("Object missing required field `session` - at `$.parsed_cookies`", &["parsed_cookies", "session"]),
            detail("Expected `str`, got `int` - at `$.parsed_body.email`", &["parsed_body", "email"]),
            detail("Object missing required field `age` - at `$.parsed_body`", &["parsed_body", "age"]),
        ]})
    );
}

#[test]
fn co_21_a_body_that_cannot_be_parsed_is_reported_alone() {
    let server = Server::at("x/{user_id}/", Everything);
    let headers = [("Content-Type", "application/json")];
    assert_json(
        &server.send("POST", "/x/a/", &headers, br#"{"a":"#),
        400,
        &value_error("EOF while parsing a value at line 1 column 5"),
    );
}

#[test]
fn co_22_a_form() {
    let server = Server::of(Texts);
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_json(
        &server.send("POST", "/x/", &headers, b"q=a&q=b&n=null&tags=1&tags=null"),
        201,
        r#"{"q":"b","n":null,"tags":["1",null]}"#,
    );
    assert_json(
        &server.send("POST", "/x/", &headers, b"n=1"),
        400,
        &value_error("Object missing required field `q` - at `$.parsed_body`"),
    );
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Metadata {
    name: String,
    size: u64,
    content_type: String,
}

#[derive(Deserialize, JsonSchema)]
struct Uploads {
    receipt: UploadedFile<Metadata>,
    #[serde(default)]
    docs: Vec<UploadedFile>,
}

struct Receipts;

#[controller(parsers = [Multipart])]
impl Controller for Receipts {
    async fn post(&self, user: Body<User>, Files(files): Files<Uploads>) -> dmr::Json {
        let docs: Vec<&str> = files
            .docs
            .iter()
            .map(|file| file.metadata.name.as_str())
            .collect();
        let docs = json!(docs);
        let metadata = json!(files.receipt.metadata);
        let content = files.receipt.into_bytes().await.expect("it is in memory");
        json!({
            "email": user.email,
            "age": user.age,
            "receipt": metadata,
            "content": String::from_utf8_lossy(&content),
            "docs": docs,
        })
        .into()
    }
}

fn multipart(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut body = String::new();
    for (head, content) in parts {
        body.push_str(&format!(
            "--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n"
        ));
    }
    body.push_str("--b--\r\n");
    body.into_bytes()
}

const MULTIPART: [(&str, &str); 1] = [("Content-Type", "multipart/form-data; boundary=b")];

#[test]
fn co_24_fields_and_files_in_one_form() {
    let body = multipart(&[
        ("name=\"email\"", "a@b.c"),
        ("name=\"age\"", "7"),
        (
            "name=\"receipt\"; filename=\"r.txt\"\r\nContent-Type: text/plain",
            "hello",
        ),
        ("name=\"docs\"; filename=\"1.txt\"", "1"),
        ("name=\"docs\"; filename=\"2.txt\"", "2"),
    ]);
    assert_json(
        &Server::of(Receipts).send("POST", "/x/", &MULTIPART, &body),
        201,
        "{\"email\":\"a@b.c\",\"age\":7,\"receipt\":{\"name\":\"r.txt\",\"size\":5,\"content_type\":\"text/plain\"},\
         \"content\":\"hello\",\"docs\":[\"1.txt\",\"2.txt\"]}",
    );
}

#[test]
fn co_25_a_missing_file() {
    let body = multipart(&[("name=\"email\"", "a@b.c"), ("name=\"age\"", "7")]);
    assert_json(
        &Server::of(Receipts).send("POST", "/x/", &MULTIPART, &body),
        400,
        &value_error("Object missing required field `receipt` - at `$.parsed_file_metadata`"),
    );
}

#[test]
fn co_27_files_are_not_in_json() {
    assert_json(
        &Server::of(Receipts).json("POST", USER),
        400,
        &value_error(
            "Cannot parse request body with content type 'application/json', expected=['multipart/form-data']",
        ),
    );
}
