//! Server sent events.

use super::*;

#[derive(Serialize, JsonSchema)]
struct Foo {
    foo: i32,
}

#[derive(SseEvents)]
enum Event {
    /// Text.
    #[event(name = "addString", raw)]
    String(String),
    #[event(name = "addInt64")]
    Int64(i64),
    #[event(name = "addJson")]
    Json(Foo),
}

struct Adds;

#[controller]
impl Controller for Adds {
    async fn get(&self) -> SseStream<'_, Event> {
        events! {
            yield Event::String("This data is formatted\nacross two lines".to_owned());
            yield Event::Int64(1234);
            yield Event::Json(Foo { foo: 42 });
        }
    }
}

#[test]
fn three_kinds_in_the_document() {
    let event = |name: &str, data: Value| {
        json!({
            "type": "object",
            "properties": {
                "data": data,
                "event": {"const": name},
                "id": {"type": "string"},
                "retry": {"type": "integer", "minimum": 0},
            },
            "required": ["data", "event"],
        })
    };
    let json = |schema: Value| json!({"type": "string", "contentMediaType": "application/json", "contentSchema": schema});
    let mut text = event("addString", json!({"type": "string"}));
    text["description"] = "Text.".into();
    let document = document(router("adds", Adds));
    assert_eq!(
        content(&document, "/adds"),
        json!({"text/event-stream": {"itemSchema": {"oneOf": [
            text,
            event("addInt64", json(json!({"type": "integer", "format": "int64"}))),
            event("addJson", json(json!({"$ref": "#/components/schemas/Foo"}))),
        ]}}})
    );
}

#[test]
fn multi_line_data_on_the_wire() {
    assert_stream(
        &get(&serve(router("adds", Adds)), "/adds"),
        "text/event-stream",
        "event: addString\r\ndata: This data is formatted\r\ndata: across two lines\r\n\r\n\
         event: addInt64\r\ndata: 1234\r\n\r\n\
         event: addJson\r\ndata: {\"foo\":42}\r\n\r\n",
    );
}
