//! Values that a schema allows.

use serde_json::{Map, Number, Value, json};

use super::resolve;

/// The greatest number of samples of a schema, and of their depth.
const MOST: usize = 64;
const DEEPEST: usize = 12;

/// Values that a schema allows, with every property, and one for each branch of its unions. None
/// if the schema has a constraint that this module does not know, such as `pattern`.
pub(super) fn samples(root: &Value, schema: &Value) -> Vec<Value> {
    let mut samples = sampled(root, schema, 0);
    samples.truncate(MOST);
    samples
}

fn sampled(root: &Value, schema: &Value, depth: usize) -> Vec<Value> {
    if depth > DEEPEST {
        return Vec::new();
    }
    let schema = resolve(root, schema);
    let Some(keywords) = schema.as_object() else {
        return vec![Value::Null];
    };
    if let Some(constant) = keywords.get("const") {
        return vec![constant.clone()];
    }
    if let Some(Value::Array(values)) = keywords.get("enum") {
        return values.iter().take(MOST).cloned().collect();
    }
    if let Some(Value::Array(branches)) = keywords.get("anyOf").or(keywords.get("oneOf")) {
        let of_branches = branches
            .iter()
            .flat_map(|branch| sampled(root, branch, depth + 1));
        // An internally tagged enum may have properties of its own beside its variants.
        let own = object(root, keywords, depth).into_iter().next();
        let merged = of_branches.map(|sample| match (&own, sample) {
            (Some(Value::Object(own)), Value::Object(members)) => {
                own.clone().into_iter().chain(members).collect()
            }
            (_, sample) => sample,
        });
        return merged.take(MOST).collect();
    }
    match type_of(keywords) {
        Some("object") => object(root, keywords, depth),
        Some("array") => array(root, keywords, depth),
        Some("string") => string(keywords).into_iter().collect(),
        Some("integer") => integer(keywords).into_iter().collect(),
        Some("number") => vec![Value::Number(
            Number::from_f64(number(keywords)).unwrap_or(0.into()),
        )],
        Some("boolean") => vec![json!(true)],
        _ => vec![Value::Null],
    }
}

/// The first type that is not `null`.
fn type_of(keywords: &Map<String, Value>) -> Option<&str> {
    match keywords.get("type") {
        Some(Value::String(name)) => Some(name),
        Some(Value::Array(names)) => names
            .iter()
            .filter_map(Value::as_str)
            .find(|name| *name != "null"),
        _ => keywords.contains_key("properties").then_some("object"),
    }
}

/// The first sample has the first value of each property. Each further value makes one more.
fn object(root: &Value, keywords: &Map<String, Value>, depth: usize) -> Vec<Value> {
    let mut first = Map::new();
    let mut others = Vec::new();
    let none = Map::new();
    let properties = keywords.get("properties").and_then(Value::as_object);
    for (name, schema) in properties.unwrap_or(&none) {
        let mut values = sampled(root, schema, depth + 1).into_iter();
        if let Some(value) = values.next() {
            first.insert(name.clone(), value);
        }
        others.extend(values.map(|value| (name.clone(), value)));
    }
    let additional = keywords.get("additionalProperties");
    if let Some(schema @ Value::Object(_)) = additional
        && let Some(value) = sampled(root, schema, depth + 1).into_iter().next()
    {
        // A key that is a number as well as a text.
        first.insert("1".to_owned(), value);
    }
    let mut samples = vec![Value::Object(first.clone())];
    for (name, value) in others.into_iter().take(MOST) {
        let mut other = first.clone();
        other.insert(name, value);
        samples.push(Value::Object(other));
    }
    samples
}

fn array(root: &Value, keywords: &Map<String, Value>, depth: usize) -> Vec<Value> {
    if let Some(Value::Array(members)) = keywords.get("prefixItems") {
        let first = members
            .iter()
            .map(|member| sampled(root, member, depth + 1).into_iter().next());
        return first.collect::<Option<Value>>().into_iter().collect();
    }
    let minimum = keywords.get("minItems").and_then(Value::as_u64);
    let length = usize::try_from(minimum.unwrap_or(1).max(1)).unwrap_or(MOST);
    let Some(items) = keywords.get("items") else {
        return vec![json!([])];
    };
    let lists = sampled(root, items, depth + 1)
        .into_iter()
        .map(|item| Value::Array(vec![item; length.min(MOST)]));
    let lists: Vec<Value> = lists.collect();
    if lists.is_empty() {
        return vec![json!([])];
    }
    lists
}

fn string(keywords: &Map<String, Value>) -> Option<Value> {
    if keywords.contains_key("pattern") {
        return None;
    }
    let text = match keywords.get("format").and_then(Value::as_str) {
        None => {
            let minimum = keywords.get("minLength").and_then(Value::as_u64);
            "a".repeat(usize::try_from(minimum.unwrap_or(1).max(1)).ok()?.min(1024))
        }
        Some("date-time") => "2024-05-06T07:08:09Z".to_owned(),
        Some("date") => "2024-05-06".to_owned(),
        Some("time") => "07:08:09Z".to_owned(),
        Some("duration") => "PT1S".to_owned(),
        Some("uuid") => "67e55044-10b1-426f-9247-bb680e5fe0c8".to_owned(),
        Some("email") => "someone@example.com".to_owned(),
        Some("uri" | "uri-reference" | "iri" | "iri-reference") => {
            "https://example.com/".to_owned()
        }
        Some("hostname") => "example.com".to_owned(),
        Some("ipv4" | "ip") => "192.0.2.1".to_owned(),
        Some("ipv6") => "2001:db8::1".to_owned(),
        Some("char") => "a".to_owned(),
        Some(_) => return None,
    };
    Some(Value::String(text))
}

fn integer(keywords: &Map<String, Value>) -> Option<Value> {
    let factor = keywords.get("multipleOf").map_or(Some(1), Value::as_i64)?;
    let minimum = number(keywords).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a sample need not be exact"
    )]
    let minimum = minimum as i64;
    Some(json!(
        minimum.div_euclid(factor) * factor + if minimum % factor == 0 { 0 } else { factor }
    ))
}

/// The smallest number that is allowed; 1 if there is no minimum.
fn number(keywords: &Map<String, Value>) -> f64 {
    let limit = |name: &str| keywords.get(name).and_then(Value::as_f64);
    let below = limit("maximum").or(limit("exclusiveMaximum").map(|limit| limit - 1.0));
    let above = limit("minimum").or(limit("exclusiveMinimum").map(|limit| limit + 1.0));
    match (above, below) {
        (Some(above), _) => above,
        (None, Some(below)) => below.min(1.0),
        (None, None) => 1.0,
    }
}
