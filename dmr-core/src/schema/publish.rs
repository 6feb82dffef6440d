//! From the schemas of requests and responses to the components of the document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::keywords::{COMMA_KEYWORD, NULL_KEYWORD, PART_KEYWORD, SSE_KEYWORD};
use super::{COMPONENTS, component_name};

/// The components of the document.
#[derive(Debug)]
pub(crate) struct Published {
    /// All components under the names that they are published with.
    pub(crate) components: BTreeMap<String, Value>,
    /// The published names of the responses that have another one.
    pub(crate) renames: BTreeMap<String, String>,
    /// The names that two different types claim.
    pub(crate) conflicts: BTreeSet<String>,
}

/// Gives a response that differs from the request of the same name a name of its own.
pub(super) fn publish(
    requests: &Map<String, Value>,
    responses: &Map<String, Value>,
    responses_as_requests: &BTreeMap<String, Value>,
    conflicts: &mut BTreeSet<String>,
) -> Published {
    for (name, schema) in responses_as_requests {
        if requests.get(name).is_some_and(|request| request != schema) {
            conflicts.insert(name.clone());
        }
    }
    let renames = renames(requests, responses);
    let mut components = BTreeMap::new();
    for (name, schema) in requests {
        let mut schema = schema.clone();
        strip_own_keywords(&mut schema);
        components.insert(name.clone(), schema);
    }
    for (name, schema) in responses {
        let mut schema = schema.clone();
        rename_references(&mut schema, &renames);
        strip_own_keywords(&mut schema);
        let renamed = renames.get(name);
        if let (Some(renamed), Some(schema)) = (renamed, schema.as_object_mut()) {
            schema.insert("title".to_owned(), renamed.as_str().into());
        }
        components.insert(renamed.unwrap_or(name).clone(), schema);
    }
    Published {
        components,
        renames,
        conflicts: std::mem::take(conflicts),
    }
}

/// The responses that differ from the request of the same name, or refer to one that does.
fn renames(
    requests: &Map<String, Value>,
    responses: &Map<String, Value>,
) -> BTreeMap<String, String> {
    let mut referring: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut differing: Vec<&str> = Vec::new();
    for (name, schema) in responses {
        let Some(request) = requests.get(name) else {
            continue;
        };
        if schema != request {
            differing.push(name);
        }
        for target in references(schema) {
            referring.entry(target).or_default().push(name);
        }
    }
    let mut renames = BTreeMap::new();
    while let Some(name) = differing.pop() {
        let renamed = format!("{name}Response");
        if renames.insert(name.to_owned(), renamed).is_none() {
            differing.extend(referring.get(name).into_iter().flatten());
        }
    }
    renames
}

/// Makes a response schema refer to the published names.
pub(crate) fn rename_references(schema: &mut Value, renames: &BTreeMap<String, String>) {
    if renames.is_empty() {
        return;
    }
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(target) if key == "$ref" => {
                        if let Some(renamed) = component_name(target).and_then(|n| renames.get(n)) {
                            *target = format!("#{COMPONENTS}/{renamed}");
                        }
                    }
                    _ => rename_references(value, renames),
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| rename_references(item, renames)),
        _ => {}
    }
}

/// The names of the components that a schema refers to.
fn references(schema: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match schema {
        Value::Object(members) => Box::new(members.iter().flat_map(|(key, value)| match value {
            Value::String(target) if key == "$ref" => {
                Box::new(component_name(target).into_iter()) as Box<dyn Iterator<Item = &str>>
            }
            _ => references(value),
        })),
        Value::Array(items) => Box::new(items.iter().flat_map(references)),
        _ => Box::new(std::iter::empty()),
    }
}

/// Removes the keywords that only dmr understands.
pub(crate) fn strip_own_keywords(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            for own in [COMMA_KEYWORD, NULL_KEYWORD, SSE_KEYWORD, PART_KEYWORD] {
                keywords.remove(own);
            }
            keywords.values_mut().for_each(strip_own_keywords);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_own_keywords),
        _ => {}
    }
}
