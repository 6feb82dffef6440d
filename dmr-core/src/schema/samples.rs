//! Values that a schema allows.

use serde_json::{Map, Number, Value, json};

use super::resolve;

/// The greatest number of samples of a schema.
const MOST: usize = 64;

/// Values that a schema allows, with every property, and one for each branch of its unions. None
/// if the schema has a constraint that this module does not know, such as `pattern`.
pub(super) fn samples(root: &Value, schema: &Value) -> Vec<Value> {
    let mut samples = sampled(root, schema, &mut Vec::new());
    samples.truncate(MOST);
    samples
}

/// `inside` are the components around the schema. One inside of itself has no sample, so a type that
/// contains itself has samples of one level.
fn sampled<'s>(root: &'s Value, schema: &'s Value, inside: &mut Vec<&'s Value>) -> Vec<Value> {
    let referred = resolve(root, schema);
    if std::ptr::eq(referred, schema) {
        return sampled_itself(root, schema, inside);
    }
    if inside.iter().any(|known| std::ptr::eq(*known, referred)) {
        return Vec::new();
    }
    inside.push(referred);
    let samples = sampled_itself(root, referred, inside);
    inside.pop();
    samples
}

fn sampled_itself<'s>(
    root: &'s Value,
    schema: &'s Value,
    inside: &mut Vec<&'s Value>,
) -> Vec<Value> {
    let Some(keywords) = schema.as_object() else {
        return vec![Value::Null];
    };
    if let Some(constant) = keywords.get("const") {
        return vec![constant.clone()];
    }
    if let Some(Value::Array(values)) = keywords.get("enum") {
        return values.iter().take(MOST).cloned().collect();
    }
    if let Some(branches) = branches_of(keywords) {
        return union(root, keywords, branches, inside);
    }
    match type_of(keywords) {
        Some("object") => object(root, keywords, inside),
        Some("array") => array(root, keywords, inside),
        Some("string") => string(keywords).into_iter().collect(),
        Some("integer") => integer(keywords).into_iter().collect(),
        Some("number") => vec![Value::Number(
            Number::from_f64(number(keywords)).unwrap_or(0.into()),
        )],
        Some("boolean") => vec![json!(true)],
        _ => vec![Value::Null],
    }
}

/// The branches of the union, if the schema has exactly one.
fn branches_of(keywords: &Map<String, Value>) -> Option<&Vec<Value>> {
    match (keywords.get("anyOf"), keywords.get("oneOf")) {
        (Some(Value::Array(branches)), None) | (None, Some(Value::Array(branches))) => {
            Some(branches)
        }
        _ => None,
    }
}

fn union<'s>(
    root: &'s Value,
    keywords: &'s Map<String, Value>,
    branches: &'s [Value],
    inside: &mut Vec<&'s Value>,
) -> Vec<Value> {
    // An internally tagged enum may have properties of its own beside its variants.
    let own = object(root, keywords, inside).into_iter().next();
    let mut samples = Vec::new();
    for branch in branches {
        for sample in sampled(root, branch, inside) {
            samples.push(match (&own, sample) {
                (Some(Value::Object(own)), Value::Object(members)) => {
                    own.clone().into_iter().chain(members).collect()
                }
                (_, sample) => sample,
            });
        }
    }
    samples.truncate(MOST);
    samples
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
fn object<'s>(
    root: &'s Value,
    keywords: &'s Map<String, Value>,
    inside: &mut Vec<&'s Value>,
) -> Vec<Value> {
    let mut first = Map::new();
    let mut others = Vec::new();
    let properties = keywords.get("properties").and_then(Value::as_object);
    for (name, schema) in properties.into_iter().flatten() {
        let mut values = sampled(root, schema, inside).into_iter();
        if let Some(value) = values.next() {
            first.insert(name.clone(), value);
        }
        others.extend(values.map(|value| (name.clone(), value)));
    }
    let additional = keywords.get("additionalProperties");
    if let Some(schema @ Value::Object(_)) = additional
        && let Some(value) = sampled(root, schema, inside).into_iter().next()
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

fn array<'s>(
    root: &'s Value,
    keywords: &'s Map<String, Value>,
    inside: &mut Vec<&'s Value>,
) -> Vec<Value> {
    if let Some(Value::Array(members)) = keywords.get("prefixItems") {
        let mut first = Vec::new();
        for member in members {
            match sampled(root, member, inside).into_iter().next() {
                Some(sample) => first.push(sample),
                None => return Vec::new(),
            }
        }
        return vec![first.into()];
    }
    let minimum = keywords.get("minItems").and_then(Value::as_u64);
    let length = usize::try_from(minimum.unwrap_or(1).max(1)).unwrap_or(MOST);
    let Some(items) = keywords.get("items") else {
        return vec![json!([])];
    };
    let lists = sampled(root, items, inside)
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
    let below = minimum.checked_div_euclid(factor)?.checked_mul(factor)?;
    let whole = if below < minimum {
        below.checked_add(factor)?
    } else {
        below
    };
    Some(whole.into())
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
