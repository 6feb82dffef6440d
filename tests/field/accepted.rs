//! Accepted and sent values satisfy the published schema.

use std::collections::BTreeMap;

use dmr::http::StatusCode;
use dmr::serializer::{Form, SerdeJson};
use dmr::{
    Body, Controller, ErrorModel, Query, Response, ResponseSpec, Router, Settings, controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{send_body, serve};

pub(crate) fn router() -> Router {
    Router::new("").settings(Settings::new().debug(false))
}

pub(crate) fn json_body(address: &str, method: &str, body: &str) -> (u16, String) {
    let headers = [("Content-Type", "application/json")];
    let response = send_body(address, method, "/x/", &headers, body.as_bytes());
    (response.status, response.body)
}

/// A schema that says something else than the type reads.
#[derive(Deserialize, JsonSchema)]
struct Mislabelled {
    #[schemars(with = "u64")]
    number: String,
}

struct MislabelledBodies;

#[controller]
impl Controller for MislabelledBodies {
    async fn put(&self, body: Body<Mislabelled>) -> String {
        body.0.number
    }
}

#[test]
fn a_type_does_not_prove_a_schema_of_another_type() {
    let address = serve(router().route("x/", MislabelledBodies));
    let (status, body) = json_body(&address, "PUT", r#"{"number":"text"}"#);
    assert_eq!(status, 400);
    assert_eq!(
        body,
        r#"{"detail":[{"msg":"Expected `int`, got `str` - at `$.parsed_body.number`","type":"value_error"}]}"#
    );
}

#[derive(Deserialize, JsonSchema)]
struct Aliased {
    #[serde(alias = "mail")]
    #[allow(dead_code)]
    email: String,
}

struct AliasedBodies;

#[controller]
impl Controller for AliasedBodies {
    async fn put(&self, _: Body<Aliased>) {}

    async fn get(&self, _: Query<Aliased>) {}
}

#[test]
fn an_alias_that_the_schema_does_not_have_is_refused() {
    let errors = router()
        .route("x/", AliasedBodies)
        .build()
        .expect_err("there is an alias");
    assert_eq!(
        errors.errors(),
        [
            "`field::accepted::Aliased` reads `mail`, which its schema does not have: remove the serde `alias`, \
             or take a field of that name"
        ]
    );
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Payment {
    Card {
        #[schemars(length(min = 4))]
        #[serde(alias = "n")]
        number: String,
    },
    Cash,
}

struct Payments;

#[controller]
impl Controller for Payments {
    async fn put(&self, body: Body<Payment>) -> String {
        match body.0 {
            Payment::Card { number } => number,
            Payment::Cash => String::new(),
        }
    }
}

#[test]
fn a_hidden_alias_does_not_walk_around_a_constraint() {
    let address = serve(router().route("x/", Payments));
    let put = |body: &str| json_body(&address, "PUT", body);
    assert_eq!(
        put(r#"{"kind":"card","number":"1234"}"#),
        (200, r#""1234""#.to_owned())
    );
    assert_eq!(put(r#"{"kind":"card","n":"1"}"#).0, 400);
    assert_eq!(put(r#"{"kind":"card","number":"1234","n":"1"}"#).0, 400);
    assert_eq!(put(r#"{"kind":"cash"}"#).0, 200);
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Free {
    range: (u32, String),
    #[serde(default)]
    pairs: Vec<(u8, bool)>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Constrained {
    range: (u32, String),
    #[schemars(range(min = 1))]
    #[serde(default = "one")]
    page: u64,
}

fn one() -> u64 {
    1
}

struct FreeQueries;

#[controller]
impl Controller for FreeQueries {
    async fn get(&self, query: Query<Free>) -> (u32, String) {
        query.0.range
    }
}

struct ConstrainedQueries;

#[controller]
impl Controller for ConstrainedQueries {
    async fn get(&self, query: Query<Constrained>) -> (u32, String) {
        query.0.range
    }
}

#[test]
fn a_constraint_does_not_change_what_another_field_accepts() {
    let address = serve(
        router()
            .route("free/", FreeQueries)
            .route("constrained/", ConstrainedQueries),
    );
    let get = |path: &str, query: &str| {
        let path = format!("/{path}/?{query}");
        let response = send_body(&address, "GET", &path, &[], b"");
        (response.status, response.body)
    };
    for path in ["free", "constrained"] {
        assert_eq!(
            get(path, "range=1&range=2"),
            (200, r#"[1,"2"]"#.to_owned()),
            "{path}"
        );
        assert_eq!(get(path, "range=x&range=2").0, 400, "{path}");
        assert_eq!(get(path, "range=1").0, 400, "{path}");
    }
    assert_eq!(get("constrained", "range=1&range=2&page=0").0, 400);
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Point {
    lat: f64,
    lon: f64,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Near {
    #[serde(flatten)]
    at: Option<Point>,
    #[serde(default)]
    limit: u8,
}

struct Places;

#[controller(parsers = (SerdeJson, Form))]
impl Controller for Places {
    async fn get(&self, query: Query<Near>) -> Near {
        query.0
    }

    async fn put(&self, body: Body<Near>) -> Near {
        body.0
    }
}

#[test]
fn a_flattened_option_is_not_dropped() {
    let address = serve(router().route("x/", Places));
    let found = r#"{"lat":1.0,"lon":2.5,"limit":3}"#;
    let query = send_body(&address, "GET", "/x/?lat=1&lon=2.5&limit=3", &[], b"");
    assert_eq!((query.status, query.body.as_str()), (200, found));
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let form = send_body(&address, "PUT", "/x/", &headers, b"lat=1&lon=2.5&limit=3");
    assert_eq!((form.status, form.body.as_str()), (200, found));
    assert_eq!(
        json_body(&address, "PUT", r#"{"lat":1,"lon":2.5,"limit":3}"#),
        (200, found.to_owned())
    );
    let wrong = send_body(&address, "GET", "/x/?lat=north&lon=2.5", &[], b"");
    assert_eq!(wrong.status, 400);
}

struct Ratios;

#[controller]
impl Controller for Ratios {
    async fn get(&self, by: Query<BTreeMap<String, f64>>) -> Vec<f64> {
        by.0.values().map(|divisor| 1.0 / divisor).collect()
    }

    async fn put(&self, body: Body<i64>) -> i64 {
        body.0
    }
}

#[test]
fn a_float_that_is_not_finite_is_not_null() {
    let address = serve(router().route("x/", Ratios));
    let get = |query: &str| send_body(&address, "GET", &format!("/x/?{query}"), &[], b"");
    for _ in 0..100 {
        assert_eq!(get("a=2&b=4").body, "[0.5,0.25]");
    }
    let infinite = get("a=2&b=0");
    assert_eq!(infinite.status, 422);
    assert_eq!(
        infinite.body,
        r#"{"detail":[{"msg":"Expected `float`, got `null` - at `$[1]`","type":"value_error"}]}"#
    );
}

#[test]
fn a_whole_number_is_an_integer() {
    let address = serve(router().route("x/", Ratios));
    assert_eq!(json_body(&address, "PUT", "9.0"), (200, "9".to_owned()));
    assert_eq!(json_body(&address, "PUT", "9e2"), (200, "900".to_owned()));
    assert_eq!(json_body(&address, "PUT", "9.5").0, 400);
}

#[derive(Deserialize, JsonSchema)]
struct Note {
    #[allow(dead_code)]
    text: String,
}

struct Notes;

#[controller]
impl Controller for Notes {
    async fn put(&self, note: Body<Option<Note>>) -> bool {
        note.0.is_some()
    }

    async fn post(&self, _: Body<Note>) {}
}

#[test]
fn a_body_that_may_be_missing_is_not_required() {
    let api = router().route("x/", Notes).build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("it is JSON");
    let required = |verb: &str| &document["paths"]["/x/"][verb]["requestBody"]["required"];
    assert_eq!(required("put"), &json!(false));
    assert_eq!(required("post"), &json!(true));
    let address = serve(router().route("x/", Notes));
    assert_eq!(json_body(&address, "PUT", ""), (200, "false".to_owned()));
    assert_eq!(
        json_body(&address, "PUT", r#"{"text":""}"#),
        (200, "true".to_owned())
    );
    assert_eq!(json_body(&address, "POST", "").0, 400);
}

struct Undeclared;

#[controller]
impl Controller for Undeclared {
    #[validate(ResponseSpec::new::<u8>(StatusCode::OK))]
    async fn get(&self) -> Response {
        Response::new(StatusCode::ACCEPTED, 1)
    }
}

#[test]
fn the_status_of_a_broken_response_is_a_setting() {
    let router = || {
        let settings = Settings::new().debug(false);
        Router::new("")
            .settings(settings.invalid_response_status(StatusCode::INTERNAL_SERVER_ERROR))
            .route("x/", Undeclared)
    };
    let api = router().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("it is JSON");
    let responses = &document["paths"]["/x/"]["get"]["responses"];
    assert!(responses.get("422").is_none(), "{responses}");
    assert_eq!(
        responses["500"]["description"],
        "Raised when returned response does not match the response schema"
    );
    let response = send_body(&serve(router()), "GET", "/x/", &[], b"");
    assert_eq!(response.status, 500);
    let body: ErrorModel = serde_json::from_str(&response.body).expect("it is the error model");
    assert_eq!(
        body.detail[0].msg,
        "Returned status code 202 is not specified in the list of allowed status codes: [200, 500, 406]"
    );
    let ok = Settings::new().invalid_response_status(StatusCode::OK);
    let errors = Router::new("")
        .settings(ok)
        .build()
        .expect_err("200 is not an error");
    assert_eq!(
        errors.errors(),
        ["`invalid_response_status` is 200: write the status of an error, such as 500"]
    );
}

#[test]
fn a_query_that_is_a_map_is_documented() {
    let api = router().route("x/", Ratios).build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("it is JSON");
    assert_eq!(
        document["paths"]["/x/"]["get"]["parameters"],
        json!([{
            "deprecated": false,
            "name": "others",
            "in": "query",
            "style": "form",
            "explode": true,
            "schema": {
                "type": "object",
                "additionalProperties": {"type": "number", "format": "double"},
            },
        }])
    );
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Kind {
    Order {
        #[schemars(range(min = 1))]
        number: u8,
    },
    Custom {
        payload: Value,
    },
}

/// An enum and a map beside each other.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Event {
    #[serde(flatten)]
    kind: Kind,
    #[serde(flatten)]
    extra: BTreeMap<String, Value>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Named {
    First { first: String },
    Full { full: String },
}

/// Two enums beside each other, of which one is tagged.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Both {
    #[serde(flatten)]
    name: Named,
    #[serde(flatten)]
    kind: Kind,
}

struct Events;

#[controller]
impl Controller for Events {
    async fn put(&self, body: Body<Event>) -> Value {
        json!(body.0)
    }

    async fn patch(&self, body: Body<Kind>) -> Value {
        json!(body.0)
    }

    async fn post(&self, body: Body<Both>) -> Value {
        json!(body.0)
    }
}

/// Only members that no part of the schema allows are removed.
#[test]
fn nothing_that_the_schema_allows_is_removed() {
    let address = serve(router().route("x/", Events));
    let same = |method: &str, status: u16, body: Value| {
        let (found, text) = json_body(&address, method, &body.to_string());
        assert_eq!(found, status, "{text}");
        let answer: Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(answer, body);
    };
    same(
        "PUT",
        200,
        json!({"kind": "order", "number": 1, "color": "red"}),
    );
    same(
        "PUT",
        200,
        json!({"kind": "custom", "payload": {"a": [1]}, "color": "red"}),
    );
    same(
        "PATCH",
        200,
        json!({"kind": "custom", "payload": {"foo": 1, "bar": [2]}}),
    );
    same(
        "POST",
        201,
        json!({"full": "Ann", "kind": "order", "number": 3}),
    );
    assert_eq!(
        json_body(&address, "PATCH", r#"{"kind":"order","number":0}"#).0,
        400
    );
}

/// A wider type than its schema says.
#[derive(Deserialize, JsonSchema)]
struct Wider {
    #[schemars(with = "u8")]
    value: i64,
    #[schemars(with = "String")]
    text: Value,
}

struct WiderBodies;

#[controller]
impl Controller for WiderBodies {
    async fn put(&self, body: Body<Wider>) -> String {
        format!("{} {}", body.value, body.text)
    }
}

#[test]
fn a_type_that_reads_wider_values_than_its_schema_is_checked() {
    let address = serve(router().route("x/", WiderBodies));
    let put = |body: &str| json_body(&address, "PUT", body).0;
    assert_eq!(put(r#"{"value":255,"text":"a"}"#), 200);
    assert_eq!(put(r#"{"value":256,"text":"a"}"#), 400);
    assert_eq!(put(r#"{"value":1,"text":{}}"#), 400);
}
