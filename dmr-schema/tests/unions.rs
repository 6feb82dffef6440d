//! Unions that contain themselves.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use dmr_schema::Validator;
use serde_json::json;

/// It would take until the end of the world if each level were looked at more than a fixed number
/// of times.
#[test]
fn deep_unions_take_no_longer_than_their_values() {
    let operation = |name: &str| {
        json!({
            "properties": {
                "left": {"$ref": "#/$defs/operand"},
                "right": {"$ref": "#/$defs/operand"},
                "kind": {"const": name},
            },
            "required": ["left", "kind"],
        })
    };
    let schema = json!({
        "anyOf": [{"$ref": "#/$defs/expression"}, {"type": "null"}],
        "$defs": {
            "operand": {"anyOf": [{"$ref": "#/$defs/expression"}, {"type": "integer"}]},
            "expression": {"type": "object", "oneOf": [operation("and"), operation("or")]},
        },
    });
    let validator = Validator::new(&schema).expect("a schema");
    for leaf in [json!(1), json!("x")] {
        let right = leaf == json!(1);
        let mut value = leaf;
        for _ in 0..100 {
            value = json!({"kind": "or", "left": value, "right": 1});
        }
        assert_eq!(validator.is_valid(&value), right);
        assert_eq!(validator.errors(&value).len(), usize::from(!right));
    }
}

/// Nothing tells the branches apart until the last level: each level would double the work.
#[test]
fn unions_without_a_tag_take_no_longer_either() {
    let schema = json!({
        "$ref": "#/$defs/expression",
        "$defs": {
            "expression": {"anyOf": [
                {"type": "object", "properties": {"a": {"$ref": "#/$defs/expression"}}, "required": ["a"]},
                {"type": "object", "properties": {"a": {"$ref": "#/$defs/expression"}, "b": {}}, "required": ["a"]},
                {"type": "array", "items": {"$ref": "#/$defs/expression"}},
                {"type": "integer"},
            ]},
        },
    });
    let validator = Validator::new(&schema).expect("a schema");
    for leaf in [json!(1), json!("x")] {
        let right = leaf == json!(1);
        let mut value = leaf;
        for _ in 0..50 {
            value = json!({"a": [value]});
        }
        assert_eq!(validator.is_valid(&value), right);
        assert_eq!(validator.errors(&value).is_empty(), right);
    }
}

/// Each member is looked up in all branches, because any of them may evaluate it.
#[test]
fn unevaluated_properties_take_no_longer_either() {
    let schema = json!({
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {
                "type": "object",
                "properties": {"id": {"type": "integer"}},
                "oneOf": [
                    {"properties": {"kind": {"const": "leaf"}}, "required": ["kind"]},
                    {
                        "properties": {"kind": {"const": "not"}, "child": {"$ref": "#/$defs/node"}},
                        "required": ["kind", "child"],
                    },
                ],
                "unevaluatedProperties": false,
            },
        },
    });
    let validator = Validator::new(&schema).expect("a schema");
    for (leaf, right) in [("leaf", true), ("wrong", false)] {
        let mut value = json!({"id": 0, "kind": leaf});
        for id in 0..60 {
            value = json!({"id": id, "kind": "not", "child": value});
        }
        assert_eq!(validator.is_valid(&value), right);
    }
}

#[test]
fn a_schema_that_leads_to_itself_is_refused() {
    for schema in [
        json!({"$ref": "#"}),
        json!({"anyOf": [{"$ref": "#"}, {"type": "null"}]}),
        json!({"properties": {"next": {"allOf": [{"$ref": "#/properties/next"}]}}}),
    ] {
        let error = Validator::new(&schema).expect_err("an endless schema");
        assert!(
            error.to_string().contains("the type itself again"),
            "{error}"
        );
    }
    let list = json!({"properties": {"next": {"$ref": "#"}}});
    let list = Validator::new(&list).expect("a list");
    assert!(list.is_valid(&json!({"next": {"next": {}}})));
}
