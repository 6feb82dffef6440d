//! Values that a schema allows, and changes of them.

use super::*;

/// Adds the bounds of the formats of numbers in OpenAPI's registry, which JSON Schema ignores.
pub(super) fn bound(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            let bounds = match keywords.get("format").and_then(Value::as_str) {
                Some("int32") => Some((json!(i32::MIN), json!(i32::MAX))),
                Some("int64") => Some((json!(i64::MIN), json!(i64::MAX))),
                Some("uint32") => Some((json!(0), json!(u32::MAX))),
                Some("uint64") => Some((json!(0), json!(u64::MAX))),
                Some("float") => Some((json!(f32::MIN), json!(f32::MAX))),
                _ => None,
            };
            if let Some((minimum, maximum)) = bounds {
                keywords.entry("minimum").or_insert(minimum);
                keywords.entry("maximum").or_insert(maximum);
            }
            keywords.values_mut().for_each(bound);
        }
        Value::Array(items) => items.iter_mut().for_each(bound),
        _ => {}
    }
}

/// Values that satisfy a schema.
pub(super) fn valid(root: &Value, schema: &Value, depth: u8) -> BoxedStrategy<Value> {
    if let Some(target) = schema["$ref"].as_str() {
        let pointer = target.trim_start_matches('#');
        let referred = valid(root, root.pointer(pointer).expect("it is published"), depth);
        return with_own_members(referred, root, schema, depth);
    }
    if let Some(constant) = schema.get("const") {
        return Just(constant.clone()).boxed();
    }
    if let Some(options) = schema["enum"].as_array() {
        return proptest::sample::select(options.clone()).boxed();
    }
    for keyword in ["anyOf", "oneOf"] {
        if let Some(branches) = schema[keyword].as_array() {
            let branches: Vec<_> = branches.iter().map(|one| valid(root, one, depth)).collect();
            let one = proptest::strategy::Union::new(branches).boxed();
            return with_own_members(one, root, schema, depth);
        }
    }
    match schema["type"].as_str().expect("a type") {
        "null" => Just(Value::Null).boxed(),
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "integer" => integer(schema),
        "number" => number(schema),
        "string" => string(schema),
        "array" => array(root, schema, depth),
        "object" => object(root, schema, depth),
        other => panic!("{other}"),
    }
}

fn integer(schema: &Value) -> BoxedStrategy<Value> {
    let bounds = match schema["format"].as_str() {
        Some("int8") => (i64::from(i8::MIN), i64::from(i8::MAX)),
        Some("int16") => (i64::from(i16::MIN), i64::from(i16::MAX)),
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        Some("uint8") => (0, i64::from(u8::MAX)),
        Some("uint16") => (0, i64::from(u16::MAX)),
        Some("uint32") => (0, i64::from(u32::MAX)),
        Some("uint64") => (0, i64::MAX),
        _ => (i64::MIN, i64::MAX),
    };
    let minimum = schema["minimum"]
        .as_f64()
        .map_or(bounds.0, |minimum| bounds.0.max(minimum as i64));
    let maximum = schema["maximum"]
        .as_f64()
        .map_or(bounds.1, |maximum| bounds.1.min(maximum as i64));
    prop_oneof![Just(minimum), Just(maximum), minimum..=maximum]
        .prop_map(Value::from)
        .boxed()
}

fn number(schema: &Value) -> BoxedStrategy<Value> {
    let minimum = schema["minimum"].as_f64();
    let above = schema["exclusiveMinimum"]
        .as_f64()
        .map(|minimum| minimum + 0.001);
    let minimum = minimum.or(above).unwrap_or(-1e9);
    let maximum = schema["maximum"].as_f64().unwrap_or(1e9);
    (minimum..=maximum).prop_map(|number| json!(number)).boxed()
}

fn string(schema: &Value) -> BoxedStrategy<Value> {
    let regex = match (schema["pattern"].as_str(), schema["format"].as_str()) {
        (Some(pattern), _) => pattern.trim_matches(['^', '$']).to_owned(),
        (_, Some("email")) => "[a-z]{1,8}@[a-z]{1,8}\\.[a-z]{2,3}".to_owned(),
        _ => {
            let minimum = schema["minLength"].as_u64().unwrap_or(0);
            let maximum = schema["maxLength"].as_u64().unwrap_or(12);
            format!("\\PC{{{minimum},{maximum}}}")
        }
    };
    string_regex(&regex)
        .expect("a pattern")
        .prop_map(Value::from)
        .boxed()
}

fn array(root: &Value, schema: &Value, depth: u8) -> BoxedStrategy<Value> {
    if let Some(members) = schema["prefixItems"].as_array() {
        let members: Vec<_> = members.iter().map(|one| valid(root, one, depth)).collect();
        return members.prop_map(Value::from).boxed();
    }
    let most = schema["maxItems"].as_u64().unwrap_or(4);
    let most = if depth == 0 {
        0
    } else {
        usize::try_from(most).expect("small")
    };
    let least = schema["minItems"].as_u64().unwrap_or(0);
    let least = usize::try_from(least).expect("small");
    let items = vec(
        valid(root, &schema["items"], depth.saturating_sub(1)),
        least..=most.max(least),
    );
    let unique = schema["uniqueItems"] == true;
    items
        .prop_map(move |mut items| {
            if unique {
                items.sort_by_key(Value::to_string);
                items.dedup();
            }
            Value::from(items)
        })
        .boxed()
}

/// The members of a flattened enum or a tagged struct beside those of the schema itself.
fn with_own_members(
    values: BoxedStrategy<Value>,
    root: &Value,
    schema: &Value,
    depth: u8,
) -> BoxedStrategy<Value> {
    match schema.get("properties") {
        Some(_) => (values, object(root, schema, depth))
            .prop_map(merged)
            .boxed(),
        None => values,
    }
}

/// The members of both objects.
fn merged((mut one, mut other): (Value, Value)) -> Value {
    if let (Some(one), Some(other)) = (one.as_object_mut(), other.as_object_mut()) {
        one.append(other);
    }
    one
}

fn object(root: &Value, schema: &Value, depth: u8) -> BoxedStrategy<Value> {
    let required: Vec<&Value> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let members: Vec<_> = properties
        .map(|(name, property)| {
            let value = valid(root, property, depth.saturating_sub(1));
            let value = if required.iter().any(|one| *one == name) {
                value.prop_map(Some).boxed()
            } else {
                option::of(value).boxed()
            };
            let name = name.clone();
            value.prop_map(move |value| value.map(|value| (name.clone(), value)))
        })
        .collect();
    let others = match &schema["additionalProperties"] {
        Value::Object(_) => {
            let value = valid(
                root,
                &schema["additionalProperties"],
                depth.saturating_sub(1),
            );
            btree_map("[a-z]{1,4}", value, 0..3).boxed()
        }
        _ => Just(BTreeMap::new()).boxed(),
    };
    (members, others)
        .prop_map(|(members, others)| {
            let members = members.into_iter().flatten().chain(others);
            Value::Object(members.collect::<Map<_, _>>())
        })
        .boxed()
}

/// Changes a value at one place.
pub(super) fn mutate(value: &mut Value, place: usize, change: &Change) {
    let mut pointers = Vec::new();
    pointers_of(value, String::new(), &mut pointers);
    let pointer = &pointers[place % pointers.len()];
    let target = value.pointer_mut(pointer).expect("it was just found");
    match (change, target) {
        (Change::Remove, Value::Object(members)) => {
            let first = members.keys().nth(place % members.len().max(1)).cloned();
            first.and_then(|first| members.remove(&first));
        }
        (Change::Remove, Value::Array(items)) => {
            items.pop();
        }
        (Change::Add, Value::Object(members)) => {
            members.insert("unexpected".to_owned(), json!(1));
        }
        (Change::Add, Value::Array(items)) => {
            let more = items.last().cloned().unwrap_or(Value::Null);
            items.extend([more.clone(), more.clone(), more.clone(), more]);
        }
        (Change::Add, Value::String(text)) => text.push_str("xxxxxxxx"),
        (Change::Replace(new), target) => *target = new.clone(),
        _ => {}
    }
}

fn pointers_of(value: &Value, path: String, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers_of(member, format!("{path}/{name}"), pointers);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers_of(item, format!("{path}/{index}"), pointers);
            }
        }
        _ => {}
    }
    pointers.push(path);
}

#[derive(Debug, Clone)]
pub(super) enum Change {
    Remove,
    Add,
    Replace(Value),
}

pub(super) fn changes() -> impl Strategy<Value = Change> {
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1000),
        json!(u64::MAX),
        json!(1.5),
        json!(""),
        json!("x"),
        json!([]),
        json!([1, "x"]),
        json!({}),
        json!({"kind": "card"}),
    ];
    let replace = proptest::sample::select(values.to_vec()).prop_map(Change::Replace);
    prop_oneof![1 => Just(Change::Remove), 1 => Just(Change::Add), 4 => replace]
}
