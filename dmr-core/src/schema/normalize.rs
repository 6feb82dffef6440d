//! Normalizes the schemas of schemars into the published form.

use schemars::Schema;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value, json};

/// Nullable types become `anyOf [T, null]`. A default of `null` is removed, and the schema `true`
/// becomes `{}`.
#[derive(Debug, Clone)]
pub(super) struct Normalize;

impl Transform for Normalize {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(object) = schema.as_object_mut() {
            if object.get("default") == Some(&Value::Null) {
                object.remove("default");
            }
            split_nullable(object);
        } else if schema.as_bool() == Some(true) {
            *schema = Schema::default();
        }
        transform_subschemas(self, schema);
        // The transform of the subschemas has turned `true` into `{}`. Turn it back.
        if let Some(additional) = schema.get_mut("additionalProperties")
            && *additional == json!({})
        {
            *additional = Value::Bool(true);
        }
    }
}

pub(super) fn normalized(mut schema: Schema) -> Value {
    Normalize.transform(&mut schema);
    schema.to_value()
}

/// Annotations stay on the union. Keywords that constrain the value move into its first branch.
const ANNOTATIONS: [&str; 8] = [
    "title",
    "description",
    "default",
    "deprecated",
    "examples",
    "readOnly",
    "writeOnly",
    "$comment",
];

fn split_nullable(object: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = object.get("type") else {
        return;
    };
    let mut types: Vec<Value> = types.clone();
    let before = types.len();
    types.retain(|name| name != "null");
    if types.len() == before || types.is_empty() {
        return;
    }

    let (annotations, mut branch): (Map<_, _>, Map<_, _>) = std::mem::take(object)
        .into_iter()
        .partition(|(key, _)| ANNOTATIONS.contains(&key.as_str()));
    let single = (types.len() == 1).then(|| types.remove(0));
    branch.insert("type".to_owned(), single.unwrap_or(Value::Array(types)));
    if let Some(Value::Array(options)) = branch.get_mut("enum") {
        options.retain(|option| !option.is_null());
    }
    *object = annotations;
    object.insert("anyOf".to_owned(), json!([branch, {"type": "null"}]));
}
