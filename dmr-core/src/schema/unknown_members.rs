//! Members of objects that a schema does not describe.

use serde_json::Value;

use super::parts::{all_below, parts};
use crate::error_detail::ErrorLocation;

/// Removes the members that no schema describes, which serde might read by another name. Says
/// whether there were any.
pub(crate) fn remove_unknown(root: &Value, schemas: &[&Value], value: &mut Value) -> bool {
    let parts: Vec<&Value> = schemas
        .iter()
        .flat_map(|schema| parts(root, schema))
        .collect();
    match value {
        Value::Object(members) => {
            let is_known = |name: &str| {
                let mut properties = parts.iter().filter_map(|part| part.get("properties"));
                properties.any(|known| known.get(name).is_some())
            };
            let before = members.len();
            if !allows_others(&parts) {
                members.retain(|name, _| is_known(name));
            }
            let mut removed = members.len() < before;
            for (name, member) in members {
                let step = ErrorLocation::Name(name.clone());
                removed |= remove_unknown(root, &all_below(root, schemas, &step), member);
            }
            removed
        }
        Value::Array(items) => {
            let mut removed = false;
            for (index, item) in (0..).zip(items) {
                let step = ErrorLocation::Index(index);
                removed |= remove_unknown(root, &all_below(root, schemas, &step), item);
            }
            removed
        }
        _ => false,
    }
}

/// Whether an object may have members that no schema names: a map has, a struct has not.
fn allows_others(parts: &[&Value]) -> bool {
    let is_struct = parts.iter().any(|part| part.get("properties").is_some());
    !is_struct || parts.iter().any(|part| is_open(part))
}

/// Whether a schema says something of members that it does not name, or allows any object.
fn is_open(part: &Value) -> bool {
    let Some(keywords) = part.as_object() else {
        return part == &Value::Bool(true);
    };
    let others = ["additionalProperties", "unevaluatedProperties"];
    let mut others = others.iter().filter_map(|keyword| keywords.get(*keyword));
    if keywords.contains_key("patternProperties")
        || others.any(|others| others != &Value::Bool(false))
    {
        return true;
    }
    const NAMING: [&str; 10] = [
        "properties",
        "$ref",
        "allOf",
        "anyOf",
        "oneOf",
        "then",
        "else",
        "dependentSchemas",
        "const",
        "enum",
    ];
    let names_members = NAMING.iter().any(|keyword| keywords.contains_key(*keyword));
    let is_closed = keywords.get("additionalProperties") == Some(&Value::Bool(false));
    let may_be_object = match keywords.get("type") {
        None => true,
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        Some(name) => name == "object",
    };
    !names_members && !is_closed && may_be_object
}
