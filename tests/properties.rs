//! Laws of endpoints. An endpoint accepts the values that the published schema accepts, and rejects
//! the others. Its responses satisfy their published schemas.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use dmr::component::{CommaSeparated, Nullable};
use dmr::serializer::{Form, SerdeJson};
use dmr::test::{TestClient, TestResponse};
use dmr::{Body, Controller, Cookies, Headers, Path, Query, Router, Settings, controller};
use jsonschema::Validator;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::string::string_regex;
use proptest::test_runner::{Config, TestRunner};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

#[path = "properties/accepted.rs"]
mod accepted;
#[path = "properties/models.rs"]
mod models;
#[path = "properties/sent.rs"]
mod sent;
#[path = "properties/values.rs"]
mod values;

use self::values::{bound, changes, mutate, valid};

/// A model with every kind of field of a body.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Order {
    #[schemars(email)]
    email: String,
    #[schemars(range(min = 1, max = 99))]
    count: i64,
    #[schemars(range(min = 0.5, max = 10.5))]
    price: f64,
    #[schemars(length(min = 1, max = 5))]
    name: String,
    #[schemars(regex(pattern = "^[A-Z]{2}[0-9]{3}$"))]
    code: String,
    size: Size,
    payment: Payment,
    note: Note,
    #[serde(default)]
    line: Option<Box<Line>>,
    #[serde(default)]
    #[schemars(length(max = 3))]
    lines: Vec<Line>,
    #[serde(default)]
    stock: BTreeMap<String, u16>,
    #[serde(rename = "isGift", default)]
    is_gift: bool,
    pair: (u8, String),
    unit: (),
    small: i8,
    large: u64,
    #[serde(default)]
    tags: BTreeSet<String>,
}

/// Constraints in the attributes of other crates, which schemars understands.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Line {
    #[validate(range(min = 1, max = 7))]
    id: u32,
    #[garde(length(min = 2, max = 3))]
    text: String,
    #[validate(length(max = 2))]
    #[serde(default)]
    values: Vec<i32>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
enum Size {
    Small,
    #[serde(rename = "very large")]
    Large,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Payment {
    Cash,
    Card { number: String, limit: Option<u32> },
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Note {
    Number(i32),
    Text(String),
    List(Vec<bool>),
}

/// A model with every kind of field that text can express.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Text {
    id: u32,
    #[schemars(range(min = -5, max = 5))]
    small: i64,
    #[schemars(range(min = 0.0, max = 1.0))]
    share: f64,
    flag: bool,
    size: Size,
    #[schemars(length(min = 1, max = 4))]
    name: String,
    #[serde(default)]
    code: Option<u16>,
    #[serde(default)]
    list: Vec<i16>,
    #[serde(default)]
    commas: CommaSeparated<u8>,
    #[serde(default)]
    parent: Nullable<u64>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Id {
    #[schemars(range(max = 1000))]
    id: u32,
    size: Size,
}

struct Echo;

#[controller(parsers = (SerdeJson, Form))]
impl Controller for Echo {
    async fn post(&self, Body(order): Body<Order>) -> Order {
        order
    }

    async fn get(&self, Query(text): Query<Text>) -> Text {
        text
    }

    async fn put(&self, Headers(text): Headers<Text>) -> Text {
        text
    }

    async fn patch(&self, Cookies(text): Cookies<Text>) -> Text {
        text
    }

    async fn query(&self, Body(text): Body<Text>) -> Text {
        text
    }
}

struct Paths;

#[controller]
impl Controller for Paths {
    async fn get(&self, Path(id): Path<Id>) -> Id {
        id
    }
}

/// The application and its document.
struct Subject {
    system: actix_web::rt::SystemRunner,
    client: TestClient,
    document: Value,
}

impl Subject {
    fn new() -> Self {
        Self::of(
            Router::new("")
                .settings(Settings::new().debug(false))
                .route("echo/", Echo)
                .route("paths/{id}/{size}/", Paths),
        )
    }

    fn of(router: Router) -> Self {
        let system = actix_web::rt::System::new();
        let client = system
            .block_on(TestClient::new(router))
            .expect("the router is right");
        let document = system
            .block_on(client.get("/docs/openapi.json").send())
            .json();
        Self {
            system,
            client,
            document,
        }
    }

    fn operation(&self, path: &str, method: &str) -> &Value {
        &self.document["paths"][path][method]
    }

    /// A schema of the document, with the components to which it refers.
    fn schema(&self, schema: &Value) -> Value {
        let mut schema = schema.clone();
        schema["components"] = self.document["components"].clone();
        bound(&mut schema);
        schema
    }

    /// The schema itself, where there is a reference.
    fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        match schema["$ref"].as_str() {
            Some(target) => {
                let target = self.document.pointer(target.trim_start_matches('#'));
                target.expect("it is published")
            }
            None => schema,
        }
    }

    fn validator(&self, schema: &Value) -> Validator {
        jsonschema::options()
            .should_validate_formats(true)
            .build(&self.schema(schema))
            .expect("a schema")
    }

    /// Whether a response has this status and satisfies its published schema.
    fn check(
        &self,
        operation: &Value,
        response: &TestResponse,
        status: u16,
    ) -> Result<(), TestCaseError> {
        prop_assert_eq!(response.status().as_u16(), status, "{}", response.text());
        let published =
            &operation["responses"][status.to_string()]["content"]["application/json"]["schema"];
        let body: Value = response.json();
        let validator = self.validator(published);
        let errors: Vec<String> = validator
            .iter_errors(&body)
            .map(|error| error.to_string())
            .collect();
        prop_assert!(errors.is_empty(), "{} {:?}", body, errors);
        Ok(())
    }
}

fn runner() -> TestRunner {
    TestRunner::new(Config {
        cases: 300,
        failure_persistence: None,
        ..Config::default()
    })
}

#[test]
fn bodies() {
    let subject = Subject::new();
    let operation = subject.operation("/echo/", "post");
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let root = subject.schema(schema);
    let validator = subject.validator(schema);
    let (accepted, rejected) = (Cell::new(0), Cell::new(0));
    let cases = (valid(&root, schema, 4), any::<usize>(), changes());
    runner()
        .run(&cases, |(value, place, change)| {
            let send = |value: &Value| {
                subject
                    .system
                    .block_on(subject.client.post("/echo/").json(value).send())
            };
            prop_assert!(
                validator.is_valid(&value),
                "{} {:?}",
                value,
                validator.validate(&value)
            );
            subject.check(operation, &send(&value), 201)?;

            let mut changed = value;
            mutate(&mut changed, place, &change);
            let status = if validator.is_valid(&changed) {
                201
            } else {
                400
            };
            let counter = if status == 201 { &accepted } else { &rejected };
            counter.set(counter.get() + 1);
            subject.check(operation, &send(&changed), status)
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(
        rejected.get() > 50 && accepted.get() > 10,
        "{rejected:?} {accepted:?}"
    );
}

/// The texts of a value; several for a list.
fn texts(value: &Value, commas: bool) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) if commas => {
            let items: Vec<String> = items.iter().map(Value::to_string).collect();
            vec![items.join(",")]
        }
        Value::Array(items) => items.iter().map(Value::to_string).collect(),
        other => vec![other.to_string()],
    }
}

/// The pairs of an object. An empty comma-separated list and a missing value are left out.
fn pairs(value: &Value) -> Vec<(String, String)> {
    let members = value.as_object().expect("an object").iter();
    let pairs = members.flat_map(|(name, value)| {
        let null = value.is_null() && name != "parent";
        let texts = if null {
            Vec::new()
        } else {
            texts(value, name == "commas")
        };
        texts.into_iter().map(|text| (name.clone(), text))
    });
    pairs
        .filter(|(name, text)| !(name == "commas" && text.is_empty()))
        .collect()
}

/// The model of the parameters of an operation.
fn parameters(operation: &Value) -> Value {
    let parameters = operation["parameters"].as_array().expect("a list");
    let properties: Map<String, Value> = parameters
        .iter()
        .map(|one| {
            (
                one["name"].as_str().expect("a name").to_owned(),
                one["schema"].clone(),
            )
        })
        .collect();
    let required: Vec<&Value> = parameters
        .iter()
        .filter(|one| one["required"] == true)
        .map(|one| &one["name"])
        .collect();
    json!({"type": "object", "properties": properties, "required": required})
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn joined(value: &Value, separator: &str) -> String {
    let pairs = pairs(value).into_iter();
    let pairs: Vec<String> = pairs
        .map(|(name, text)| format!("{name}={}", encode(&text)))
        .collect();
    pairs.join(separator)
}

/// Sends valid and invalid values as text in one location.
fn text_law(
    path: &str,
    method: &str,
    lists: bool,
    send: impl Fn(&Subject, &Value) -> TestResponse,
) {
    let subject = Subject::new();
    let operation = subject.operation(path, method);
    let schema = match operation.get("parameters") {
        Some(_) => parameters(operation),
        None => operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
            .clone(),
    };
    let root = subject.schema(&schema);
    let validator = subject.validator(&schema);
    let wrong = prop_oneof![
        Just(json!("wrong")),
        Just(json!(-77)),
        Just(json!(70_000)),
        Just(json!("xxxxxx"))
    ];
    let cases = (valid(&root, &schema, 3), any::<usize>(), wrong);
    let rejected = Cell::new(0);
    runner()
        .run(&cases, |(mut value, place, wrong)| {
            if !lists {
                // A location without repeated names has no lists.
                value["list"] = json!([]);
            }
            let response = send(&subject, &value);
            subject.check(operation, &response, 200)?;
            // Text has no types, so a text is never wrong where the schema has a string.
            let names: Vec<String> = value
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect();
            let name = &names[place % names.len()];
            let mut changed = value.clone();
            changed[name] = wrong;
            if name != "name" && name != "list" && name != "commas" && !validator.is_valid(&changed)
            {
                rejected.set(rejected.get() + 1);
                subject.check(operation, &send(&subject, &changed), 400)?;
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(rejected.get() > 50, "{rejected:?}");
}

#[test]
fn queries() {
    text_law("/echo/", "get", true, |subject, value| {
        let path = format!("/echo/?{}", joined(value, "&"));
        subject.system.block_on(subject.client.get(&path).send())
    });
}

#[test]
fn forms() {
    text_law("/echo/", "query", true, |subject, value| {
        let request = subject.client.request("QUERY", "/echo/");
        let request = request.body("application/x-www-form-urlencoded", joined(value, "&"));
        subject.system.block_on(request.send())
    });
}

#[test]
fn cookies() {
    text_law("/echo/", "patch", false, |subject, value| {
        let request = subject
            .client
            .patch("/echo/")
            .header("Cookie", joined(value, "; "));
        subject.system.block_on(request.send())
    });
}

#[test]
fn headers() {
    text_law("/echo/", "put", true, |subject, value| {
        let mut request = subject.client.put("/echo/");
        for (name, text) in pairs(value) {
            request = request.header(&name, text);
        }
        subject.system.block_on(request.send())
    });
}

#[test]
fn paths() {
    text_law("/paths/{id}/{size}/", "get", true, |subject, value| {
        let text = |name: &str| encode(&texts(&value[name], false)[0]);
        let path = format!("/paths/{}/{}/", text("id"), text("size"));
        subject.system.block_on(subject.client.get(&path).send())
    });
}
