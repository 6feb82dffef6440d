//! The parts of a schema that apply to one value, to its members and to its items.

use serde_json::Value;

use super::resolve;
use crate::error_detail::ErrorLocation;

/// All schemas that apply to a value together or in turn: those of `$ref`, of `allOf`, of unions and
/// of conditions.
pub(super) fn parts<'s>(root: &'s Value, schema: &'s Value) -> Vec<&'s Value> {
    let mut parts: Vec<&Value> = Vec::new();
    let mut left = vec![schema];
    while let Some(part) = left.pop() {
        if parts.iter().any(|known| std::ptr::eq(*known, part)) {
            continue;
        }
        parts.push(part);
        if part.get("$ref").is_some() {
            left.push(resolve(root, part));
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            left.extend(
                part.get(keyword)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten(),
            );
        }
        left.extend(
            ["then", "else"]
                .iter()
                .filter_map(|keyword| part.get(keyword)),
        );
        let dependent = part.get("dependentSchemas").and_then(Value::as_object);
        left.extend(dependent.into_iter().flat_map(|schemas| schemas.values()));
    }
    parts
}

/// The schemas of a member or an item.
fn below<'s>(root: &'s Value, schema: &'s Value, step: &ErrorLocation) -> Vec<&'s Value> {
    let of_part = |part: &'s Value| match step {
        ErrorLocation::Name(name) => {
            let property = part.get("properties").and_then(|known| known.get(name));
            property
                .or_else(|| part.get("additionalProperties"))
                .or_else(|| part.get("unevaluatedProperties"))
        }
        ErrorLocation::Index(index) => {
            let index = usize::try_from(*index).unwrap_or(usize::MAX);
            let member = part
                .get("prefixItems")
                .and_then(|members| members.get(index));
            member.or_else(|| part.get("items"))
        }
    };
    parts(root, schema)
        .into_iter()
        .filter_map(of_part)
        .collect()
}

/// The names that a schema has: of its properties, and of its variants.
pub(super) fn known_names<'s>(root: &'s Value, schema: &'s Value) -> Vec<&'s str> {
    let of_part = |part: &'s Value| {
        let properties = part.get("properties").and_then(Value::as_object);
        let names = properties.into_iter().flat_map(|known| known.keys());
        let options = part.get("enum").and_then(Value::as_array);
        let constant = part.get("const").into_iter();
        let options = options.into_iter().flatten().chain(constant);
        let names: Vec<&str> = names
            .map(String::as_str)
            .chain(options.filter_map(Value::as_str))
            .collect();
        names
    };
    parts(root, schema).into_iter().flat_map(of_part).collect()
}

/// The schemas of a member or an item, of all these schemas, each once. Without that, the list would
/// grow with each level of a type that contains itself.
pub(super) fn all_below<'s>(
    root: &'s Value,
    schemas: &[&'s Value],
    step: &ErrorLocation,
) -> Vec<&'s Value> {
    let mut found: Vec<&Value> = Vec::new();
    for schema in schemas.iter().flat_map(|schema| below(root, schema, step)) {
        let is_reference = schema
            .as_object()
            .is_some_and(|keywords| keywords.len() == 1);
        let schema = if is_reference {
            resolve(root, schema)
        } else {
            schema
        };
        if !found.iter().any(|known| std::ptr::eq(*known, schema)) {
            found.push(schema);
        }
    }
    found
}
