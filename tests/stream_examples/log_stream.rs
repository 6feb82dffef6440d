//! Log stream.

use super::*;

/// A log event in line-delimited JSON format
#[derive(Clone, Serialize, JsonSchema)]
struct LogEvent {
    timestamp: String,
    message: String,
}

#[derive(Deserialize, JsonSchema)]
struct Search {
    query: String,
}

struct Logs;

#[controller(tags = ["logs"])]
impl Controller for Logs {
    /// Stream log events
    #[modify(operation_id = "stream", response_description = "Log events stream")]
    async fn get(&self, search: Query<Search>) -> Events<'_, LogEvent, (JsonLines, NdJson)> {
        let entries = ["Hi!", "Hows it hangin?", "Bye!"];
        let found = entries
            .into_iter()
            .filter(move |text| text.contains(&*search.query));
        events! {
            for message in found {
                yield LogEvent {
                    timestamp: "1985-04-12T23:20:50.52Z".to_owned(),
                    message: message.to_owned(),
                };
            }
        }
    }
}

#[test]
fn basic_implementation() {
    let document = document(router("logs", Logs));
    let operation = &document["paths"]["/logs"]["get"];
    assert_eq!(operation["summary"], "Stream log events");
    assert_eq!(operation["operationId"], "stream");
    assert_eq!(operation["tags"], json!(["logs"]));
    assert_eq!(
        operation["parameters"],
        json!([{
            "deprecated": false, "in": "query", "name": "query", "required": true,
            "schema": {"type": "string"},
        }])
    );
    assert_eq!(
        operation["responses"]["200"]["description"],
        "Log events stream"
    );
    // Either name can be used, and both can be offered. In OpenAPI 3.2, the schema of a line is
    // `itemSchema`.
    let line = json!({"itemSchema": {"$ref": "#/components/schemas/LogEvent"}});
    assert_eq!(
        content(&document, "/logs"),
        json!({"application/jsonl": line, "application/x-ndjson": line})
    );
    assert_eq!(
        document["components"]["schemas"]["LogEvent"],
        json!({
            "title": "LogEvent",
            "description": "A log event in line-delimited JSON format",
            "type": "object",
            "properties": {"timestamp": {"type": "string"}, "message": {"type": "string"}},
            "required": ["timestamp", "message"],
        })
    );
}

#[test]
fn on_the_wire() {
    let address = serve(router("logs", Logs));
    let lines = "{\"timestamp\":\"1985-04-12T23:20:50.52Z\",\"message\":\"Hows it hangin?\"}\n";
    assert_stream(
        &get(&address, "/logs?query=hang"),
        "application/jsonl",
        lines,
    );
    let ndjson = [("Accept", "application/x-ndjson")];
    let response = send(&address, "GET", "/logs?query=hang", &ndjson);
    assert_stream(&response, "application/x-ndjson", lines);
}
