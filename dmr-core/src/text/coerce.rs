//! Converts text to the types of a schema: `"5"` becomes 5 where the schema has an integer.

use serde_json::{Number, Value};

use super::scalar::Scalar;
use crate::schema::{NULL_KEYWORD, allows_type, branches, item_schema, list_items, resolve};

/// Converts every text in a value of a format whose values are all text.
pub(crate) fn coerce_all(root: &Value, schema: &Value, value: Value) -> Value {
    match value {
        Value::String(text) => coerce(root, schema, &text),
        Value::Object(members) => {
            let alternatives = branches(root, schema);
            let members = members.into_iter().map(|(name, value)| {
                let mut declared = alternatives
                    .iter()
                    .filter_map(|schema| schema.get("properties"));
                let mut others = alternatives.iter();
                let schema = declared
                    .find_map(|properties| properties.get(&name))
                    .or_else(|| others.find_map(|schema| schema.get("additionalProperties")))
                    .unwrap_or(&Value::Null);
                // A single element stands for a list of one.
                let value = match list_items(root, schema) {
                    Some(_) if !value.is_array() => {
                        let item = item_schema(root, schema, 0);
                        Value::Array(vec![coerce_all(root, item, value)])
                    }
                    _ => coerce_all(root, schema, value),
                };
                (name, value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => {
            let items = items.into_iter().enumerate();
            items
                .map(|(index, item)| coerce_all(root, item_schema(root, schema, index), item))
                .collect()
        }
        other => other,
    }
}

/// Converts one text. A text that does not fit the schema stays a string, and fails the validation.
pub(crate) fn coerce(root: &Value, schema: &Value, text: &str) -> Value {
    if text == "null" && resolve(root, schema).get(NULL_KEYWORD).is_some() {
        return Value::Null;
    }
    let branches = branches(root, schema);
    let wants = |name: &str| branches.iter().any(|branch| allows_type(branch, name));
    if wants("string") {
        return Value::String(text.to_owned());
    }
    if wants("integer")
        && let Some(number) = integer(text)
    {
        return number;
    }
    if wants("number")
        && let Some(number) = f64::parse(text).and_then(Number::from_f64)
    {
        return Value::Number(number);
    }
    if wants("boolean")
        && let Some(value) = bool::parse(text)
    {
        return Value::Bool(value);
    }
    Value::String(text.to_owned())
}

fn integer(text: &str) -> Option<Value> {
    let number = i64::parse(text).map(Value::from);
    number.or_else(|| u64::parse(text).map(Value::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_is_read_as_the_schema_wants_it() {
        let read = |schema: Value, text: &str| coerce(&schema, &schema, text);
        assert_eq!(read(json!({"type": "integer"}), "-5"), json!(-5));
        assert_eq!(read(json!({"type": "integer"}), "5.0"), json!("5.0"));
        assert_eq!(
            read(json!({"type": "integer"}), "18446744073709551615"),
            json!(u64::MAX)
        );
        assert_eq!(read(json!({"type": "number"}), "5"), json!(5.0));
        assert_eq!(read(json!({"type": "number"}), "NaN"), json!("NaN"));
        assert_eq!(read(json!({"type": "boolean"}), "true"), json!(true));
        assert_eq!(read(json!({"type": "boolean"}), "1"), json!("1"));
        assert_eq!(
            read(json!({"type": ["integer", "string"]}), "5"),
            json!("5")
        );
        let nullable = json!({"anyOf": [{"type": "integer"}, {"type": "null"}]});
        assert_eq!(read(nullable.clone(), "5"), json!(5));
        assert_eq!(read(nullable, "null"), json!("null"));
    }
}
