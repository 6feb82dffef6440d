//! Finds types that prove their schema. Their values need no check at run time.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use serde_json::{Map, Value};

use super::resolve;
use super::{COMMA_KEYWORD, NULL_KEYWORD, PART_KEYWORD, SSE_KEYWORD};

/// The number of values of each type that are checked even when the type proves its schema: a
/// schema may be written by hand, and say something else than the type writes.
const CHECKED_FIRST: u32 = 64;

/// Whether the values that are sent need a check.
#[derive(Debug)]
pub(crate) struct Proof {
    by_type: ByType,
    /// How many of the first values are still to be checked.
    unseen: AtomicU32,
    /// Whether one of them did not match.
    refuted: AtomicBool,
}

/// The part of a schema that a type proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ByType {
    Nothing,
    /// The type has floats. They prove their schema if they are finite.
    AllButFloats,
    Everything,
}

/// When to check a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CheckWhen {
    Always,
    /// If one of its floats is not finite.
    UnlessFinite,
    Never,
}

impl Proof {
    /// The proof of a type that is sent. Debug builds check everything.
    pub(crate) fn of_sent(root: &Value, schema: &Value) -> Self {
        let mut prover = Prover::new(root, Direction::Sent);
        let by_type = match prover.proves(schema) {
            _ if cfg!(debug_assertions) => ByType::Nothing,
            false => ByType::Nothing,
            true if prover.floats => ByType::AllButFloats,
            true => ByType::Everything,
        };
        Self {
            by_type,
            unseen: AtomicU32::new(CHECKED_FIRST),
            refuted: AtomicBool::new(false),
        }
    }

    /// When to check the next value.
    pub(crate) fn check(&self) -> CheckWhen {
        if self.unseen.load(Ordering::Relaxed) > 0 || self.refuted.load(Ordering::Relaxed) {
            return CheckWhen::Always;
        }
        match self.by_type {
            ByType::Nothing => CheckWhen::Always,
            ByType::AllButFloats => CheckWhen::UnlessFinite,
            ByType::Everything => CheckWhen::Never,
        }
    }

    /// Notes the result of a check.
    pub(crate) fn checked(&self, is_valid: bool) {
        // Two threads may count one value only once, which does no harm.
        let unseen = self.unseen.load(Ordering::Relaxed);
        if unseen > 0 {
            self.unseen.store(unseen - 1, Ordering::Relaxed);
        }
        if !is_valid {
            self.refuted.store(true, Ordering::Relaxed);
        }
    }
}

/// Whether every value that a type reads satisfies its schema, by the look of the schema: the type
/// guarantees each keyword. A type does not guarantee ranges, lengths, patterns and formats.
pub(super) fn is_proved_by_type(root: &Value, schema: &Value) -> bool {
    Prover::new(root, Direction::Read).proves(schema)
}

/// Whether a type is read or sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Read,
    Sent,
}

/// Whether serde accepts for the type only what the schema allows. For an enum that is written as
/// `"Name"`, it also accepts `{"Name": null}`.
pub(super) fn reads_as_said(root: &Value, schema: &Value) -> bool {
    fn has_names(root: &Value, schema: &Value, seen: &mut BTreeSet<String>) -> bool {
        match schema {
            Value::Object(keywords) => keywords.iter().any(|(keyword, value)| {
                match (keyword.as_str(), value) {
                    ("enum" | "const", _) => true,
                    ("$ref", Value::String(target)) => {
                        seen.insert(target.clone()) && has_names(root, resolve(root, schema), seen)
                    }
                    // Only the components to which the schema refers matter.
                    ("components", _) => false,
                    _ => has_names(root, value, seen),
                }
            }),
            Value::Array(items) => items.iter().any(|item| has_names(root, item, seen)),
            _ => false,
        }
    }
    !has_names(root, schema, &mut BTreeSet::new())
}

struct Prover<'s> {
    root: &'s Value,
    seen: BTreeSet<&'s str>,
    direction: Direction,
    /// Whether there is a float in the schema.
    floats: bool,
}

impl<'s> Prover<'s> {
    fn new(root: &'s Value, direction: Direction) -> Self {
        Self {
            root,
            seen: BTreeSet::new(),
            direction,
            floats: false,
        }
    }

    fn proves(&mut self, schema: &'s Value) -> bool {
        match schema {
            Value::Bool(allowed) => *allowed,
            Value::Object(keywords) => keywords
                .iter()
                .all(|(keyword, value)| self.keyword(keywords, keyword, value)),
            _ => false,
        }
    }

    fn keyword(&mut self, schema: &'s Map<String, Value>, keyword: &str, value: &'s Value) -> bool {
        match keyword {
            "title" | "description" | "default" | "deprecated" | "examples" | "readOnly"
            | "writeOnly" | "$comment" | COMMA_KEYWORD | NULL_KEYWORD | SSE_KEYWORD
            | PART_KEYWORD => true,
            "type" | "required" | "enum" | "const" => true,
            "$ref" => self.reference(value),
            "properties" => value
                .as_object()
                .is_some_and(|members| members.values().all(|member| self.proves(member))),
            "items" | "additionalProperties" => value == &Value::Bool(false) || self.proves(value),
            "anyOf" | "oneOf" | "allOf" | "prefixItems" => value
                .as_array()
                .is_some_and(|members| members.iter().all(|member| self.proves(member))),
            "format" => integer_bounds(value).is_some() || self.float(value),
            "minimum" | "maximum" => {
                schema
                    .get("format")
                    .and_then(integer_bounds)
                    .is_some_and(|(minimum, maximum)| {
                        let bound = if keyword == "minimum" {
                            minimum
                        } else {
                            maximum
                        };
                        bound.is_some_and(|bound| value.as_i64() == Some(bound))
                    })
            }
            // A tuple has as many items as members.
            "minItems" | "maxItems" => schema
                .get("prefixItems")
                .and_then(Value::as_array)
                .is_some_and(|members| value.as_u64() == Some(members.len() as u64)),
            _ => false,
        }
    }

    /// A 64-bit float proves its format. A 32-bit float does not when it is read: serde reads `1e39`
    /// as infinity.
    fn float(&mut self, format: &Value) -> bool {
        self.floats = true;
        format == "double" || (format == "float" && self.direction == Direction::Sent)
    }

    fn reference(&mut self, target: &'s Value) -> bool {
        let Some(name) = target.as_str() else {
            return false;
        };
        if !self.seen.insert(name) {
            return true;
        }
        match name
            .strip_prefix('#')
            .and_then(|path| self.root.pointer(path))
        {
            Some(schema) => self.proves(resolve(self.root, schema)),
            None => false,
        }
    }
}

/// The bounds that schemars writes for an integer type.
fn integer_bounds(format: &Value) -> Option<(Option<i64>, Option<i64>)> {
    Some(match format.as_str()? {
        "int8" => (Some(i64::from(i8::MIN)), Some(i64::from(i8::MAX))),
        "int16" => (Some(i64::from(i16::MIN)), Some(i64::from(i16::MAX))),
        "int32" | "int64" | "int" | "int128" => (None, None),
        "uint8" => (Some(0), Some(i64::from(u8::MAX))),
        "uint16" => (Some(0), Some(i64::from(u16::MAX))),
        "uint32" | "uint64" | "uint" | "uint128" => (Some(0), None),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{SchemaOf, Schemas};
    use schemars::JsonSchema;
    use std::collections::BTreeMap;

    fn proved<T: JsonSchema>() -> bool {
        let mut schemas = Schemas::default();
        let schema = schemas.response(SchemaOf::of::<T>());
        is_proved_by_type(schemas.responses().document(), &schema)
    }

    #[derive(JsonSchema)]
    #[serde(tag = "kind")]
    #[allow(dead_code)]
    enum Shape {
        Circle { radius: f64 },
        Group { members: Vec<Shape> },
    }

    #[derive(JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Plain {
        id: u64,
        small: i8,
        pair: (bool, String),
        shapes: Option<Vec<Shape>>,
        names: BTreeMap<String, u8>,
    }

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Ranged {
        #[schemars(range(min = 1))]
        id: u64,
    }

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Nested {
        inner: Vec<Ranged>,
    }

    #[test]
    fn types_without_constraints_prove_their_schema() {
        assert!(proved::<Plain>());
        assert!(proved::<Vec<i64>>());
    }

    #[test]
    fn constraints_have_to_be_checked() {
        assert!(!proved::<Ranged>());
        assert!(!proved::<Nested>());
    }
}
