//! Errors in streams.

use super::*;

use dmr::options::EventModel;
use serde_json::{Value, json};

/// An error in place of an event.
#[derive(Serialize, JsonSchema)]
struct Problem {
    text: String,
}

struct Declared;

#[controller(error_event = EventModel::new::<Problem>())]
impl Controller for Declared {
    async fn get(&self) -> Events<'_, Item, (JsonLines, Sse, JsonArray)> {
        Events::generate(async move |out| {
            out.send(Item { n: 1 }).await;
            Err(Dry.into())
        })
    }

    async fn handle_event_error(&self, error: EventError) -> Result<EventReply, EventError> {
        let text = error.downcast::<Dry>()?.to_string();
        Ok(EventReply::error(Problem { text }))
    }
}
#[test]
fn an_error_event_is_declared_and_sent() {
    let router = || Router::new("").route("", Declared);
    let api = router().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    let (item, problem) = (
        json!({"$ref": "#/components/schemas/Item"}),
        json!({"$ref": "#/components/schemas/Problem"}),
    );
    let parsed = |schema: &Value| json!({"type": "string", "contentMediaType": "application/json", "contentSchema": schema});
    let event =
        |data: Value| json!({"type": "object", "properties": {"data": data}, "required": ["data"]});
    let mut error = event(parsed(&problem));
    error["properties"]["event"] = json!({"const": "error"});
    error["required"] = json!(["data", "event"]);
    assert_eq!(
        document["paths"]["/"]["get"]["responses"]["200"]["content"],
        json!({
            "application/jsonl": {"itemSchema": {"anyOf": [item, problem]}},
            "text/event-stream": {"itemSchema": {"anyOf": [event(parsed(&item)), error]}},
            "application/json": {"schema": {"type": "array", "items": {"anyOf": [item, problem]}}},
        })
    );
    let address = serve(router());
    let problem = r#"{"text":"the source is dry"}"#;
    for (accept, body) in [
        ("application/jsonl", format!("{{\"n\":1}}\n{problem}\n")),
        (
            "text/event-stream",
            format!("data: {{\"n\":1}}\r\n\r\nevent: error\r\ndata: {problem}\r\n\r\n"),
        ),
        ("application/json", format!("[{{\"n\":1}},{problem}]")),
    ] {
        let response = client::send(&address, "GET", "/", &[("Accept", accept)]);
        assert_eq!(
            (response.body.as_str(), response.complete),
            (body.as_str(), true)
        );
    }
}
