//! The schemas of server-sent events: of enums of events, and of what a parser of events sees.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::schema::SSE_KEYWORD;

/// The schema of all variants: `oneOf`, whose branches exclude each other.
///
/// Variants that share a name, or that have none, differ only in their data, and one value may fit
/// the data of two of them. Such variants become one branch with an `anyOf`. A constant keeps its
/// own branch: the other branches exclude its text.
pub fn variants_schema(generator: &SchemaGenerator, variants: Vec<Value>) -> Schema {
    let mut branches: Vec<Value> = Vec::with_capacity(variants.len());
    for variant in variants {
        let same = |branch: &&mut Value| {
            let constants = constant(branch).is_some() || constant(&variant).is_some();
            match constants {
                true => constant(branch) == constant(&variant) && name(branch) == name(&variant),
                false => name(branch) == name(&variant),
            }
        };
        match branches.iter_mut().find(same) {
            None => branches.push(variant),
            // Two equal constants.
            Some(branch) if constant(branch).is_some() => {}
            Some(branch) => match branch.get_mut("anyOf").and_then(Value::as_array_mut) {
                Some(several) => several.push(variant),
                None => *branch = json!({"anyOf": [branch.take(), variant]}),
            },
        }
    }
    exclude_constants(&mut branches, |data| {
        let reference = data.get("$ref").and_then(Value::as_str);
        let definition = reference.and_then(|reference| {
            let name = reference.rsplit('/').next()?;
            generator.definitions().get(name)
        });
        is_text(definition.unwrap_or(data))
    });
    let mut schema = Schema::default();
    schema.insert("oneOf".to_owned(), branches.into());
    schema
}

/// The name of the event of a branch.
fn name(branch: &Value) -> Option<&Value> {
    let first = branch.pointer("/anyOf/0").unwrap_or(branch);
    first.pointer("/properties/event")
}

/// The constant data of a branch.
fn constant(branch: &Value) -> Option<&Value> {
    branch.pointer("/properties/data/const")
}

fn is_text(data: &Value) -> bool {
    data.get("type") == Some(&json!("string"))
}

/// Excludes the constants of the branches from the texts of the other branches of the same name.
fn exclude_constants(branches: &mut [Value], may_be_text: impl Fn(&Value) -> bool) {
    let constants = branches.iter();
    let constants = constants.filter_map(|branch| Some((name(branch).cloned(), constant(branch)?)));
    let constants: Vec<(Option<Value>, Value)> = constants
        .map(|(name, constant)| (name, constant.clone()))
        .collect();
    for branch in branches {
        let same = constants
            .iter()
            .filter(|(of, _)| of.as_ref() == name(branch));
        let excluded: Vec<Value> = same.map(|(_, constant)| constant.clone()).collect();
        if excluded.is_empty() {
            continue;
        }
        let several = branch.get("anyOf").and_then(Value::as_array).map(Vec::len);
        for position in 0..several.unwrap_or(1) {
            let data = match several {
                Some(_) => branch.pointer_mut(&format!("/anyOf/{position}/properties/data")),
                None => branch.pointer_mut("/properties/data"),
            };
            if let Some(Value::Object(data)) = data
                && !data.contains_key("const")
                && may_be_text(&Value::Object(data.clone()))
            {
                data.insert("not".to_owned(), json!({"enum": excluded}));
            }
        }
    }
}

/// Excludes events with a name from the branches without one, if another branch has a name.
fn exclude_names(branches: &mut [Value]) {
    if branches.iter().all(|branch| name(branch).is_none()) {
        return;
    }
    for branch in branches.iter_mut().filter(|branch| name(branch).is_none()) {
        if let Some(branch) = branch.as_object_mut() {
            branch.insert("not".to_owned(), json!({"required": ["event"]}));
        }
    }
}

/// The schema of an event that a client has parsed, given the schema of the event as JSON.
pub(crate) fn parsed_schema(item: &Value) -> Value {
    for alternatives in ["oneOf", "anyOf"] {
        if has_events(item)
            && let Some(branches) = item.get(alternatives).and_then(Value::as_array)
        {
            let mut branches: Vec<Value> = branches.iter().map(parsed_schema).collect();
            if alternatives == "oneOf" {
                exclude_names(&mut branches);
                exclude_constants(&mut branches, is_text);
            }
            return json!({alternatives: branches});
        }
    }
    let mut properties = Map::new();
    let mut required = vec!["data"];
    if !is_event(item) {
        properties.insert("data".to_owned(), data_schema(item));
        return object(properties, &required, None);
    }
    let field = |name: &str| item.pointer(&format!("/properties/{name}"));
    let raw = item.get(SSE_KEYWORD) == Some(&json!("raw"));
    // An event that wraps events adds its fields to theirs.
    if let Some(inner) = field("data").and_then(not_null).filter(has_events) {
        return parsed_schema(&inner);
    }
    match field("data") {
        Some(data) if raw => {
            properties.insert("data".to_owned(), data.clone());
        }
        Some(data) => {
            let data = not_null(data);
            properties.insert("data".to_owned(), data_schema(&data.unwrap_or_default()));
        }
        None => {}
    }
    match field("event") {
        Some(name) if name.get("const").is_some() => {
            properties.insert("event".to_owned(), name.clone());
            required.push("event");
        }
        Some(name) if name.get("type") == Some(&json!("null")) => {}
        _ => {
            properties.insert("event".to_owned(), json!({"type": "string"}));
            // Such an event may be only a comment or an id.
            required.clear();
        }
    }
    properties.insert("id".to_owned(), json!({"type": "string"}));
    properties.insert("retry".to_owned(), json!({"type": "integer", "minimum": 0}));
    object(properties, &required, item.get("description"))
}

/// The schema of an error in place of an event that a client has parsed.
pub(crate) fn error_schema(error: &Value) -> Value {
    if is_event(error) {
        return parsed_schema(error);
    }
    let mut properties = Map::new();
    properties.insert("data".to_owned(), data_schema(error));
    properties.insert("event".to_owned(), json!({"const": "error"}));
    object(properties, &["data", "event"], None)
}

/// Whether a schema describes an event, or has a branch that does.
fn has_events(schema: &Value) -> bool {
    let alternatives = ["oneOf", "anyOf"]
        .into_iter()
        .find_map(|key| schema.get(key));
    let branches = alternatives.and_then(Value::as_array);
    is_event(schema) || branches.is_some_and(|branches| branches.iter().any(has_events))
}

pub(super) fn is_event(schema: &Value) -> bool {
    schema.get(SSE_KEYWORD).is_some()
}

fn object(properties: Map<String, Value>, required: &[&str], description: Option<&Value>) -> Value {
    let mut schema = Map::new();
    if let Some(description) = description {
        schema.insert("description".to_owned(), description.clone());
    }
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema.into()
}

/// The schema of data: for a parser of events, data is a text. The text is JSON.
fn data_schema(item: &Value) -> Value {
    json!({"type": "string", "contentMediaType": "application/json", "contentSchema": item})
}

/// The schema of an optional value, without the null.
pub(super) fn not_null(schema: &Value) -> Option<Value> {
    let null = json!({"type": "null"});
    let branches = schema.get("anyOf").and_then(Value::as_array);
    let Some(branches) = branches else {
        return Some(schema.clone());
    };
    let mut others = branches.iter().filter(|branch| **branch != null);
    match (others.next(), others.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => Some(schema.clone()),
    }
}
