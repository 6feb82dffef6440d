//! NE: negotiation.

use std::collections::BTreeMap;

use dmr::auth::AuthChain;
use dmr::component::{ByMediaType, ConditionalBody, Variants};
use dmr::http::StatusCode;
use dmr::options::MediaTypeModel;
use dmr::serializer::{Form, ParseError, Parser, SerdeJson};
use dmr::{Body, Controller, Error, Json, Response, ResponseSpec, controller};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde_json::Value;

use crate::xml::Xml;
use crate::{Server, assert_json, value_error};

type Map = BTreeMap<String, String>;

struct Both;

#[controller(parsers = (SerdeJson, Xml), renderers = (SerdeJson, Xml))]
impl Controller for Both {
    async fn post(&self, Body(map): Body<Map>) -> Map {
        map
    }

    #[validate(ResponseSpec::new::<Map>(StatusCode::OK))]
    async fn get(&self) -> Response {
        Response::rendered(StatusCode::OK, "text/html", "<p>")
    }

    #[validate(ResponseSpec::new::<Map>(StatusCode::OK))]
    async fn put(&self) -> Response {
        Response::rendered(StatusCode::OK, "application/xml", "<d><key>v</key></d>")
    }

    #[validate(ResponseSpec::new::<Map>(StatusCode::OK), validate_negotiation = false)]
    async fn patch(&self) -> Response {
        Response::rendered(StatusCode::OK, "application/xml", "<d><key>v</key></d>")
    }

    #[modify(responses = [
        ResponseSpec::new::<Map>(StatusCode::PAYMENT_REQUIRED).limit_to_content_types(["application/xml"]),
    ])]
    async fn delete(&self) -> Result<Map, Error> {
        let map = Map::from([("a".to_owned(), "b".to_owned())]);
        Err(Error::new(StatusCode::PAYMENT_REQUIRED, map))
    }
}

const XML: &str = "<document><key>v</key></document>";

fn post(server: &Server, accept: Option<&str>) -> crate::client::Response {
    let mut headers = vec![("Content-Type", "application/json")];
    headers.extend(accept.map(|accept| ("Accept", accept)));
    server.send("POST", "/x/", &headers, br#"{"key":"v"}"#)
}

#[track_caller]
fn assert_xml(response: &crate::client::Response, status: u16, body: &str) {
    assert_eq!(
        (
            response.status,
            response.header("content-type"),
            response.body.as_str()
        ),
        (status, "application/xml", body)
    );
}

#[test]
fn ne_01_json_is_the_first() {
    let server = Server::of(Both);
    assert_json(&post(&server, None), 201, r#"{"key":"v"}"#);
    for accept in ["*/*", "application/*", "application/json; charset=utf-8"] {
        assert_json(&post(&server, Some(accept)), 201, r#"{"key":"v"}"#);
    }
}

#[test]
fn ne_02_xml() {
    let server = Server::of(Both);
    for accept in ["application/xml", "APPLICATION/XML"] {
        assert_xml(&post(&server, Some(accept)), 201, XML);
    }
}

#[test]
fn ne_04_order_and_quality() {
    let server = Server::of(Both);
    assert_xml(
        &post(&server, Some("application/xml, application/json")),
        201,
        XML,
    );
    assert_json(
        &post(&server, Some("*/*;q=0.9, application/xml;q=0.1")),
        201,
        r#"{"key":"v"}"#,
    );
    assert_xml(
        &post(&server, Some("text/html, application/xml;q=0.1")),
        201,
        XML,
    );
}

#[test]
fn ne_05_nothing_fits() {
    let server = Server::of(Both);
    for accept in ["text/html", "wrong"] {
        let msg = format!(
            "Cannot serialize response body with accepted types [<MediaType: {accept}>], \
             supported=['application/json', 'application/xml']"
        );
        assert_json(&post(&server, Some(accept)), 406, &value_error(&msg));
    }
}

#[test]
fn ne_07_xml_in_json_out() {
    let server = Server::of(Both);
    let headers = [
        ("Content-Type", "application/xml"),
        ("Accept", "application/json"),
    ];
    assert_json(
        &server.send("POST", "/x/", &headers, XML.as_bytes()),
        201,
        r#"{"key":"v"}"#,
    );
}

struct Overridden;

#[controller(renderers = [Xml])]
impl Controller for Overridden {
    async fn get(&self) -> String {
        "v".to_owned()
    }

    #[modify(renderers = [SerdeJson])]
    async fn post(&self) -> String {
        "v".to_owned()
    }

    #[modify(renderers = ())]
    async fn put(&self) -> String {
        "v".to_owned()
    }
}

#[test]
fn ne_09_the_innermost_list_that_is_not_empty() {
    let server = Server::of(Overridden);
    assert_xml(&server.get("/x/"), 200, "<document>v</document>");
    assert_json(&server.call("POST", &[]), 201, "\"v\"");
    assert_xml(&server.call("PUT", &[]), 200, "<document>v</document>");
    assert_json(
        &server.call("POST", &[("Accept", "application/xml")]),
        406,
        &value_error(
            "Cannot serialize response body with accepted types [<MediaType: application/xml>], \
             supported=['application/json']",
        ),
    );
}

/// Notes which parser ran.
struct Named(&'static str);

impl Parser for Named {
    fn media_type(&self) -> &'static str {
        self.0
    }

    fn parse<'de, S: DeserializeSeed<'de>>(
        &self,
        _: &'de [u8],
        seed: S,
    ) -> Result<S::Value, ParseError> {
        let name = Value::String(self.0.to_owned());
        seed.deserialize(name).map_err(ParseError::new)
    }
}

struct Ranges;

#[controller(parsers = (Named("*/whatever"), Named("application/*"), Named("*/*"), Named("application/json")))]
impl Controller for Ranges {
    async fn post(&self, Body(name): Body<String>) -> String {
        name
    }
}

#[test]
fn ne_10_parsers_with_wildcards() {
    let server = Server::of(Ranges);
    for (content_type, parser) in [
        ("application/json", "application/json"),
        ("application/whatever", "application/*"),
        ("text/whatever", "*/whatever"),
        ("image/png", "*/*"),
    ] {
        let response = server.send("POST", "/x/", &[("Content-Type", content_type)], b"x");
        assert_json(&response, 201, &format!("\"{parser}\""));
    }
    // The `Content-Type` of a request cannot be a wildcard.
    let response = server.send("POST", "/x/", &[("Content-Type", "*/*")], b"x");
    assert_eq!(response.status, 400);
}

#[test]
fn ne_12_a_response_for_one_type_only() {
    let server = Server::of(Both);
    assert_json(
        &server.call("DELETE", &[("Accept", "application/json")]),
        422,
        &value_error(
            "Response 402 is not allowed for 'application/json', only for ['application/xml']",
        ),
    );
    assert_xml(
        &server.call("DELETE", &[("Accept", "application/xml")]),
        402,
        "<document><a>b</a></document>",
    );
}

#[test]
fn ne_14_a_response_rendered_by_hand() {
    let server = Server::of(Both);
    assert_json(
        &server.get("/x/"),
        422,
        &value_error(
            "Response content type 'text/html' is not listed as a possible to be returned \
             ['application/json', 'application/xml']",
        ),
    );
    assert_json(
        &server.call("PUT", &[]),
        422,
        &value_error(
            "Negotiated renderer 'application/json' does not match returned content-type 'application/xml'",
        ),
    );
    let by_hand = "<d><key>v</key></d>";
    assert_xml(
        &server.call("PUT", &[("Accept", "application/xml")]),
        200,
        by_hand,
    );
    assert_xml(&server.call("PATCH", &[]), 200, by_hand);
}

struct Guarded;

/// Refuses every request.
struct Closed;

impl dmr::auth::Auth for Closed {
    type Principal = ();

    async fn authenticate(&self, _: &dmr::Request) -> Result<Option<()>, Error> {
        Ok(None)
    }

    fn scheme(&self) -> dmr::auth::SecurityScheme {
        dmr::auth::SecurityScheme::api_key_header("closed", "X-Key", "Nobody has it")
    }
}

#[controller(renderers = [Xml], auth = AuthChain::of(Closed))]
impl Controller for Guarded {
    async fn get(&self) -> i64 {
        1
    }
}

#[test]
fn ne_15_errors_are_rendered_as_negotiated() {
    assert_xml(
        &Server::of(Guarded).get("/x/"),
        401,
        "<document><detail><msg>Not authenticated</msg><type>security</type></detail></document>",
    );
}

#[derive(Deserialize, JsonSchema)]
struct Document {
    title: String,
    tags: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Simple {
    title: String,
}

enum NewBook {
    Document(Document),
    Simple(Simple),
}

impl ByMediaType for NewBook {
    fn variants(variants: &mut Variants<Self>) {
        variants.add("application/json", Self::Document);
        variants.add("application/x-www-form-urlencoded", Self::Simple);
    }
}

struct Conditional;

#[controller(parsers = (SerdeJson, Form), renderers = (SerdeJson, Xml))]
impl Controller for Conditional {
    async fn post(&self, ConditionalBody(book): ConditionalBody<NewBook>) -> String {
        match book {
            NewBook::Document(document) => format!("{} {}", document.title, document.tags.len()),
            NewBook::Simple(simple) => simple.title,
        }
    }

    #[modify(by_media_type = [
        MediaTypeModel::new::<Vec<i64>>("application/json"),
        MediaTypeModel::new::<String>("application/xml"),
    ])]
    async fn get(&self) -> Json {
        Json::from("text")
    }
}

/// A body and a response may have a model for each media type.
#[test]
fn models_by_media_type() {
    let server = Server::of(Conditional);
    let send = |content_type, body: &str| {
        server.send(
            "POST",
            "/x/",
            &[("Content-Type", content_type)],
            body.as_bytes(),
        )
    };
    let json = r#"{"title":"Emma","tags":["a"]}"#;
    assert_json(
        &send("application/json; charset=utf-8", json),
        201,
        "\"Emma 1\"",
    );
    assert_json(
        &send("application/x-www-form-urlencoded", "title=Emma"),
        201,
        "\"Emma\"",
    );
    assert_json(
        &send("application/json", r#"{"title":"Emma"}"#),
        400,
        &value_error("Object missing required field `tags` - at `$.parsed_body`"),
    );
    assert_json(
        &server.get("/x/"),
        422,
        &value_error("Expected `array`, got `str`"),
    );
    assert_xml(
        &server.call("GET", &[("Accept", "application/xml")]),
        200,
        "<document>text</document>",
    );
}
