//! Equality of JSON values (JSON Schema Core, section 4.2.2): 1 equals 1.0, and the order of
//! members does not matter.

use std::hash::{Hash, Hasher};

use serde_json::Value;

use crate::number::compare;

pub(crate) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => compare(one, other).is_eq(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, value)| other.get(name).is_some_and(|other| equal(value, other)))
        }
        _ => one == other,
    }
}

/// A value as a member of a set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByValue<'v>(pub(crate) &'v Value);

impl PartialEq for ByValue<'_> {
    fn eq(&self, other: &Self) -> bool {
        equal(self.0, other.0)
    }
}

impl Eq for ByValue<'_> {}

impl Hash for ByValue<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            // Equal numbers have the same float. The reverse need not hold.
            Value::Number(number) => (number.as_f64().unwrap_or(f64::NAN) + 0.0)
                .to_bits()
                .hash(state),
            Value::Array(items) => {
                items.len().hash(state);
                items.iter().for_each(|item| ByValue(item).hash(state));
            }
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_unstable_by_key(|(name, _)| *name);
                members.len().hash(state);
                for (name, value) in members {
                    name.hash(state);
                    ByValue(value).hash(state);
                }
            }
            other => other.hash(state),
        }
    }
}
