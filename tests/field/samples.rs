//! Types that are asked with samples of their schemas.

use std::collections::BTreeMap;

use dmr::{Body, Controller, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::accepted::{json_body, router};
use crate::client::serve;

/// A type that contains itself in many ways.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Tree {
    a: Vec<Tree>,
    b: Option<Box<Tree>>,
    c: Vec<Tree>,
    d: Option<Box<Tree>>,
    e: BTreeMap<String, Tree>,
    f: Option<Box<Tree>>,
    g: Vec<Tree>,
    h: Option<Box<Tree>>,
    i: Vec<Tree>,
    j: Option<Box<Tree>>,
}

struct Trees;

#[controller]
impl Controller for Trees {
    async fn put(&self, body: Body<Tree>) -> usize {
        body.0.a.len()
    }
}

#[test]
fn a_type_that_contains_itself_has_few_samples() {
    let address = serve(router().route("x/", Trees));
    assert_eq!(
        json_body(&address, "PUT", r#"{"a":[{"b":{}},{"c":[{}]}]}"#),
        (200, "2".to_owned())
    );
    assert_eq!(
        json_body(&address, "PUT", r#"{"a":[{"b":{"c":1}}]}"#).0,
        400
    );
}

/// A number that is also read from a text.
#[derive(Deserialize, JsonSchema)]
struct Lenient {
    #[serde(deserialize_with = "number_or_text")]
    id: u64,
}

fn number_or_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .ok_or_else(|| serde::de::Error::custom("it is not a number"))
}

struct LenientBodies;

#[controller]
impl Controller for LenientBodies {
    async fn put(&self, body: Body<Lenient>) -> u64 {
        body.0.id
    }
}

#[test]
fn a_type_that_reads_more_than_its_schema_says_is_checked() {
    let address = serve(router().route("x/", LenientBodies));
    assert_eq!(
        json_body(&address, "PUT", r#"{"id":5}"#),
        (200, "5".to_owned())
    );
    assert_eq!(json_body(&address, "PUT", r#"{"id":"5"}"#).0, 400);
}

/// An expression, whose variants have members of one name.
#[derive(Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Expression {
    Sum {
        left: Box<Expression>,
        right: Box<Expression>,
    },
    Product {
        left: Box<Expression>,
        right: Box<Expression>,
    },
    Power {
        left: Box<Expression>,
        right: Box<Expression>,
    },
    Number {
        #[schemars(range(min = 1))]
        value: u8,
    },
}

impl Expression {
    fn depth(&self) -> usize {
        match self {
            Self::Sum { left, right }
            | Self::Product { left, right }
            | Self::Power { left, right } => 1 + left.depth().max(right.depth()),
            Self::Number { value } => usize::from(*value) - 1,
        }
    }
}

struct Expressions;

#[controller]
impl Controller for Expressions {
    async fn put(&self, body: Body<Expression>) -> usize {
        body.0.depth()
    }
}

/// The work grows with the value, and not with three to the power of its depth.
#[test]
fn a_deep_value_of_a_tagged_union_is_read() {
    let address = serve(router().route("x/", Expressions));
    let one = r#"{"kind":"number","value":1}"#;
    let deep = (0..50).fold(one.to_owned(), |inner, _| {
        format!(r#"{{"kind":"sum","left":{inner},"right":{one}}}"#)
    });
    assert_eq!(json_body(&address, "PUT", &deep), (200, "50".to_owned()));
}
