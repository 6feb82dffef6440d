//! The events that the schema of a type gives as examples.

use serde_json::{Value, json};

use super::event_schema::{is_event, not_null};
use super::json_event::{EventKind, JsonEvent};
use crate::schema::{SSE_KEYWORD, branches, resolve};

/// The examples of the events of a schema: those of the type, or else those of its variants.
pub(crate) fn example_events(document: &Value, schema: &Value) -> Vec<JsonEvent> {
    let found = of_schema(document, schema).into_iter();
    found
        .filter_map(|(kind, value)| JsonEvent::new(kind, value).ok())
        .collect()
}

fn of_schema(document: &Value, schema: &Value) -> Vec<(EventKind, Value)> {
    let own = of_type(resolve(document, schema));
    if !own.is_empty() {
        return own;
    }
    let branches = branches(document, schema).into_iter();
    branches
        .flat_map(|branch| match is_event(branch) {
            true => of_event(document, branch),
            false => of_type(branch),
        })
        .collect()
}

/// The examples that schemars writes for `#[schemars(example = …)]`.
fn of_type(schema: &Value) -> Vec<(EventKind, Value)> {
    let examples = schema.get("examples").and_then(Value::as_array);
    let values = examples.into_iter().flatten().cloned();
    values.map(|value| (EventKind::Value, value)).collect()
}

/// The examples of an event with fields: one for each example of its data.
fn of_event(document: &Value, event: &Value) -> Vec<(EventKind, Value)> {
    let constant = |field: &str| {
        event
            .pointer(&format!("/properties/{field}/const"))
            .cloned()
    };
    let is_raw = event.get(SSE_KEYWORD) == Some(&json!("raw"));
    let data = event.pointer("/properties/data").and_then(not_null);
    let data = match (constant("data"), data) {
        (Some(text), _) => vec![(EventKind::Raw, text)],
        (None, Some(data)) => of_schema(document, &data),
        (None, None) => Vec::new(),
    };
    let name = constant("event");
    let events = data.into_iter().map(|(kind, data)| {
        let kind = match is_raw {
            true => EventKind::Raw,
            false => EventKind::Event(Box::new(kind)),
        };
        (kind, json!({"data": data, "event": name}))
    });
    events.collect()
}
