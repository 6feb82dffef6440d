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

fn json_bodies(suite: &mut Suite) {
    let whole = r#"{"email":"a","count":1,"lines":[{"id":1}],"size":"Small"}"#;
    for end in (1..whole.len()).step_by(2) {
        suite.json(400, &whole[..end]);
    }
    for body in [
        "",
        "null",
        "1",
        "\"x\"",
        "[]",
        "true",
        "{}",
        "nul",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\u{feff}{}",
        r#"["a",1]"#,
        r#"{"email":"a","count":1}x"#,
        r#"{"email":"a","count":1}{}"#,
        r#"{"email":"a","count":1,}"#,
        r#"{"email":"a","email":"b","count":1}"#,
        r#"{"email":"a","count":1,"count":2}"#,
        r#"{email:"a","count":1}"#,
        r#"{'email':'a','count':1}"#,
        r#"{"email":"a","count":01}"#,
        r#"{"email":"a","count":+1}"#,
        r#"{"email":"a","count":1e400}"#,
        r#"{"email":"a","count":-1e400}"#,
        r#"{"email":"a","count":NaN}"#,
        r#"{"email":"a","count":Infinity}"#,
        r#"{"email":"a","count":0}"#,
        r#"{"email":"a","count":10}"#,
        r#"{"email":"a","count":1.5}"#,
        r#"{"email":"a","count":"1"}"#,
        r#"{"email":"a","count":null}"#,
        r#"{"email":"a","count":true}"#,
        r#"{"email":"a","count":[1]}"#,
        r#"{"email":"a","count":99999999999999999999}"#,
        r#"{"email":"a","count":9223372036854775808}"#,
        r#"{"email":1,"count":1}"#,
        r#"{"email":null,"count":1}"#,
        r#"{"email":{},"count":1}"#,
        r#"{"email":"a","count":1,"share":256}"#,
        r#"{"email":"a","count":1,"share":-1}"#,
        r#"{"email":"a","count":1,"price":"1"}"#,
        r#"{"email":"a","count":1,"price":1e999}"#,
        r#"{"email":"a","count":1,"size":"Huge"}"#,
        r#"{"email":"a","count":1,"size":"small"}"#,
        r#"{"email":"a","count":1,"size":{"Small":null}}"#,
        r#"{"email":"a","count":1,"size":0}"#,
        r#"{"email":"a","count":1,"size":["Small"]}"#,
        r#"{"email":"a","count":1,"lines":{}}"#,
        r#"{"email":"a","count":1,"lines":[[1]]}"#,
        r#"{"email":"a","count":1,"lines":[{"id":1,"x":1}]}"#,
        r#"{"email":"a","count":1,"lines":[{"id":1},{"id":1},{"id":1},{"id":1}]}"#,
        r#"{"email":"\ud800","count":1}"#,
        r#"{"email":"\udc00\ud800","count":1}"#,
        r#"{"email":"\x","count":1}"#,
        r#"{"email":"\u12","count":1}"#,
        "{\"email\":\"a\nb\",\"count\":1}",
        "{\"email\":\"a\0b\",\"count\":1}",
        "\0",
        "{\"email\":\"a\",\"count\":1}\0",
    ] {
        suite.json(400, body);
    }
    for body in [
        &b"\xff"[..],
        b"{\"email\":\"\xc3\",\"count\":1}",
        b"\xed\xa0\x80",
        b"{\"\xf8\":1}",
    ] {
        suite.json(400, body);
    }
    for depth in [127, 128, 200, 900] {
        suite.json(400, "[".repeat(depth));
        suite.json(
            400,
            format!("{{\"x\":{}1{}}}", "[".repeat(depth), "]".repeat(depth)),
        );
    }
    suite.json(
        400,
        format!("{{\"email\":\"a\",\"count\":{}}}", "9".repeat(400)),
    );
    suite.json(
        413,
        format!("{{\"email\":\"{}\",\"count\":1}}", "a".repeat(2000)),
    );
    suite.json(413, vec![b' '; 2001]);
    for content_type in [
        "text/plain",
        "application/xml",
        "*/*",
        "application/*",
        "json",
        "",
        ";",
        "application/json; charset=utf-16",
        "application/json; charset=latin1",
        "application/json;charset=\"iso-8859-1\"",
        "application//json",
        "application/json, text/plain",
        "multipart/form-data",
        "application/jsonp",
        "\"application/json\"",
    ] {
        let bytes = request(
            "POST",
            "/json/",
            &[("Content-Type", content_type)],
            GOOD.as_bytes(),
        );
        suite.raw(format!("content type {content_type:?}"), Model(400), bytes);
    }
    for accept in [
        "",
        "x",
        "text/html",
        "application/json;q=0",
        "*/*;q=0",
        ";;;",
        "a/b/c",
        "\u{e9}/\u{e9}",
    ] {
        let headers = [("Content-Type", "application/json"), ("Accept", accept)];
        let bytes = request("POST", "/json/", &headers, GOOD.as_bytes());
        suite.raw(format!("accept {accept:?}"), Model(406), bytes);
    }
}

fn message_pack_bodies(suite: &mut Suite) {
    suite.packed(400, b"");
    let good = rmp_serde::to_vec_named(&serde_json::json!({"email": "a", "count": 1}));
    let good = good.expect("it can be packed");
    for end in 1..good.len() {
        suite.packed(400, &good[..end]);
    }
    suite.packed(400, &[&good[..], b"\xc0"].concat());
    for body in [
        &b"\xc1"[..],
        b"\xc0",
        b"\x92\xa1a\x01",
        b"\xdf\xff\xff\xff\xff",
        b"\xdd\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\x82\xa5email\xa1\xff\xa5count\x01",
        b"\x82\xa5email\xc4\x01a\xa5count\x01",
        b"\x82\xa5email\xa1a\xa5count\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00",
        b"\x82\xa5email\xa1a\xa5count\xd4\x01\x01",
    ] {
        suite.packed(400, body);
    }
    suite.packed(400, &[0x91; 1000]);
    suite.packed(413, &[0xc0; 2001]);
}

fn texts(suite: &mut Suite) {
    for (name, value) in [
        ("id", "x"),
        ("id", "-1"),
        ("id", "4294967296"),
        ("id", "1.0"),
        ("id", "0x1"),
        ("id", "null"),
        ("id", "%31%zz"),
        ("tags", "1,x"),
        ("tags", "1,,2"),
        ("tags", "1%"),
        ("parent", "NULL"),
        ("parent", "-1"),
        ("parent", "18446744073709551616"),
        ("flag", "1"),
        ("flag", "TRUE"),
        ("flag", "yes"),
        ("share", "x"),
        ("share", "NaN"),
        ("share", "inf"),
        ("share", "1e999"),
        ("list", "256"),
        ("list", "a"),
        ("name", "123456"),
    ] {
        // Headers and cookies are not percent-encoded in the same way, so these values may be valid
        // there.
        if value.contains('%') {
            let path = format!("/texts/?id=1&{name}={value}");
            suite.raw(
                format!("query {name}={value}"),
                Model(400),
                request("GET", &path, &[], b""),
            );
            suite.form(value, 400, format!("id=1&{name}={value}").as_bytes());
        } else {
            suite.text(name, value);
        }
    }
    for query in [
        "",
        "id",
        "id=",
        "ID=1",
        "id=%",
        "id=%4",
        "id=1&name=%ff",
        "%ff=1&id=1",
        "id=1&%=x",
        "id=1&name=%c3",
    ] {
        let path = format!("/texts/?{query}");
        suite.raw(
            format!("query {query}"),
            Model(400),
            request("GET", &path, &[], b""),
        );
        suite.form(query, 400, query.as_bytes());
    }
    suite.form("bytes", 400, b"id=1&name=\xff");
    suite.form("too many fields", 413, "a=1&".repeat(30).as_bytes());
    suite.form("too long", 413, "a".repeat(2001).as_bytes());
    let many = format!("/texts/?id=1{}", "&a=1".repeat(30));
    suite.raw(
        "query with too many fields",
        Model(400),
        request("GET", &many, &[], b""),
    );
    let headers = [(
        "Content-Type",
        "application/x-www-form-urlencoded; charset=latin1",
    )];
    suite.raw(
        "form in latin1",
        Model(400),
        request("POST", "/texts/", &headers, b"id=1"),
    );

    for bytes in [&b"id: \xff"[..], b"id: 1\r\nname: \xc3\x28"] {
        let mut raw = b"PUT /texts/ HTTP/1.1\r\nHost: x\r\n".to_vec();
        raw.extend_from_slice(bytes);
        raw.extend_from_slice(b"\r\n\r\n");
        suite.raw("header that is not UTF-8", Model(400), raw);
    }
    for bytes in [&b"id=\xff"[..], b"\xff=1", b"id=1; name=\xc3"] {
        let mut raw = b"PATCH /texts/ HTTP/1.1\r\nHost: x\r\nCookie: ".to_vec();
        raw.extend_from_slice(bytes);
        raw.extend_from_slice(b"\r\n\r\n");
        suite.raw("cookie that is not UTF-8", Model(400), raw);
    }
    for cookie in ["", "id", "=1", ";;;", "Id=1", "id =x"] {
        let bytes = request("PATCH", "/texts/", &[("Cookie", cookie)], b"");
        suite.raw(format!("cookie {cookie:?}"), Model(400), bytes);
    }
    let long = format!("id=x; {}", "a=b; ".repeat(2000));
    let bytes = request("PATCH", "/texts/", &[("Cookie", &long)], b"");
    suite.raw("a long cookie", Model(400), bytes);

    for path in [
        "/paths/x/a/",
        "/paths/-1/a/",
        "/paths/4294967296/a/",
        "/paths/1%2F/a/",
        "/paths/%00/a/",
        "/paths/%31x/a/",
        "/paths/1/%ff/",
        "/paths/1/%c3%28/",
        "/paths/%ed%a0%80/a/",
        "/paths/1.0/a/",
        "/paths/%2e/a/",
    ] {
        suite.raw(
            format!("path {path}"),
            Model(400),
            request("GET", path, &[], b""),
        );
    }
}

fn multipart_bodies(suite: &mut Suite) {
    let part = |head: &str, content: &str| {
        format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
    };
    let title = part("name=\"title\"", "t");
    let file = part("name=\"file\"; filename=\"f\"", "x");
    suite.multipart("nothing", 400, "");
    suite.multipart("only the end", 400, "--b--\r\n");
    suite.multipart(
        "another boundary",
        400,
        format!("--c\r\n{title}{file}--c--\r\n"),
    );
    suite.multipart("no end", 400, format!("{title}{file}"));
    suite.multipart(
        "cut in the content",
        400,
        format!(
            "{title}--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nx"
        ),
    );
    suite.multipart(
        "cut in the head",
        400,
        format!("{title}--b\r\nContent-Dispo"),
    );
    suite.multipart(
        "no name",
        400,
        format!("{title}{file}{}--b--\r\n", part("x=\"y\"", "1")),
    );
    suite.multipart(
        "no disposition",
        400,
        format!("{title}{file}--b\r\n\r\nx\r\n--b--\r\n"),
    );
    suite.multipart(
        "head without a colon",
        400,
        format!("{title}--b\r\nnonsense\r\n\r\nx\r\n--b--\r\n"),
    );
    suite.multipart("no file", 400, format!("{title}--b--\r\n"));
    suite.multipart("no title", 400, format!("{file}--b--\r\n"));
    suite.multipart(
        "empty file input",
        400,
        format!(
            "{title}{}--b--\r\n",
            part("name=\"file\"; filename=\"\"", "")
        ),
    );
    suite.multipart(
        "file as a field",
        400,
        format!("{title}{}--b--\r\n", part("name=\"file\"", "x")),
    );
    suite.multipart(
        "field as a file",
        400,
        format!(
            "{file}{}--b--\r\n",
            part("name=\"title\"; filename=\"t\"", "x")
        ),
    );
    suite.multipart(
        "a large file",
        400,
        format!(
            "{title}{}--b--\r\n",
            part("name=\"file\"; filename=\"f\"", &"x".repeat(101))
        ),
    );
    suite.multipart(
        "too many fields",
        413,
        format!("{title}{title}{title}{title}{file}--b--\r\n"),
    );
    suite.multipart(
        "too many files",
        413,
        format!("{title}{file}{file}{file}--b--\r\n"),
    );
    suite.multipart(
        "a long field",
        413,
        format!(
            "{}{file}--b--\r\n",
            part("name=\"title\"", &"t".repeat(1001))
        ),
    );
    suite.multipart("too long", 413, vec![b'x'; 400_001]);
    suite.multipart(
        "endless head of a part",
        400,
        [b"--b\r\nX: ".to_vec(), vec![b'a'; 350_000]].concat(),
    );
    suite.multipart("endless preamble", 400, vec![b'x'; 350_000]);
    let mut bytes = title.clone().into_bytes();
    bytes.extend_from_slice(
        b"--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n\xff\r\n",
    );
    bytes.extend_from_slice(format!("{file}--b--\r\n").as_bytes());
    suite.multipart("a field that is not UTF-8", 400, bytes);
    for content_type in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"",
        "multipart/mixed; boundary=b",
        "application/json",
    ] {
        let body = format!("{title}{file}--b--\r\n");
        let bytes = request(
            "POST",
            "/forms/",
            &[("Content-Type", content_type)],
            body.as_bytes(),
        );
        suite.raw(format!("multipart as {content_type}"), Model(400), bytes);
    }
}

/// Bytes that are hardly HTTP.
fn framing(suite: &mut Suite) {
    let json = "Content-Type: application/json";
    let head = format!("POST /json/ HTTP/1.1\r\nHost: x\r\n{json}\r\n");
    suite.0.push(Wrong {
        name: "a body that is shorter than its Content-Length".to_owned(),
        bytes: format!("{head}Content-Length: 100\r\n\r\n{GOOD}").into_bytes(),
        ends: true,
        want: Any(&[0, 400]),
    });
    suite.raw(
        "a body that is longer than its Content-Length",
        Model(400),
        format!("{head}Content-Length: 5\r\n\r\n{GOOD}"),
    );
    for length in ["x", "-1", "1e3", "99999999999999999999", "5, 5", ""] {
        suite.raw(
            format!("Content-Length {length:?}"),
            Closed,
            format!("{head}Content-Length: {length}\r\n\r\n"),
        );
    }
    suite.raw(
        "two lengths",
        Closed,
        format!("{head}Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345"),
    );
    suite.raw(
        "a length that is too large",
        Model(413),
        format!("{head}Content-Length: 5000\r\n\r\n"),
    );
    suite.raw(
        "chunks that are no chunks",
        Any(&[0, 400]),
        format!("{head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
    );
    suite.raw(
        "a chunk of a negative size",
        Any(&[0, 400]),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n-1\r\n"),
    );
    suite.raw(
        "a chunk of an endless size",
        Any(&[0, 400]),
        format!("{head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"),
    );
    let chunks = "400\r\n".to_owned() + &"x".repeat(0x400) + "\r\n";
    suite.raw(
        "too many chunks",
        Model(413),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}{chunks}0\r\n\r\n"),
    );
    for line in [
        "GET",
        "GET / HTTP/9.9",
        "GET  /",
        "\0\0\0",
        "GET /json/ HTTP/1.1\r\nno colon",
        "GET /json/ HTTP/1.1\r\n: x",
        "GET /a b HTTP/1.1",
    ] {
        suite.raw(format!("{line:?}"), Closed, format!("{line}\r\n\r\n"));
    }
    suite.raw(
        "a header with a NUL",
        Closed,
        "GET /texts/ HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n",
    );
    suite.raw(
        "too many headers",
        Closed,
        format!("GET /texts/ HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(200)),
    );
    suite.raw(
        "an unknown path",
        Server(404),
        request("GET", "/none/", &[], b""),
    );
    for method in ["DELETE", "TRACE", "BREW", "post", "CONNECT"] {
        suite.raw(
            format!("the method {method}"),
            Any(&[405, 404, 400]),
            request(method, "/json/", &[], b""),
        );
    }
}

/// Values that try to leave the place where they are echoed.
fn injections() -> Vec<String> {
    let payloads = [
        "%0d%0aX-Evil: 1",
        "%0aX-Evil: 1",
        "%0d%0a%0d%0a%3Cscript%3E",
        "a%00b",
        "%0d",
        "%C3%A9%E2%80%A8",
        "a;b,c%22d",
        "%0d%0aSet-Cookie: evil=1",
        "%E5%98%8A%E5%98%8DX-Evil: 1",
    ];
    let kinds = ["redirect", "cookie", "header", "body"];
    payloads
        .iter()
        .flat_map(|payload| {
            kinds
                .iter()
                .map(move |kind| (*kind, payload.replace(' ', "%20")))
        })
        .map(|(kind, payload)| format!("/echo/?text={kind}:{payload}"))
        .collect()
}

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
