//! Analytics.

use super::*;

#[derive(Serialize, JsonSchema)]
struct AnalyticsEvent {
    name: String,
    count: u32,
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "it is checked, and not used")]
struct From {
    #[schemars(extend("format" = "date"))]
    start_date: String,
}

struct Analytics;

#[controller(tags = ["analytics"], batch_and_stream)]
impl Controller for Analytics {
    #[modify(operation_id = "analytics")]
    async fn get(&self, _from: Query<From>) -> Events<'_, AnalyticsEvent, (JsonArray, NdJson)> {
        events! {
            for (name, count) in [("visit", 2), ("sale", 1)] {
                yield AnalyticsEvent { name: name.to_owned(), count };
            }
        }
    }
}

#[test]
fn endpoints_with_multiple_response_types() {
    let document = document(router("analytics", Analytics));
    let item = json!({"$ref": "#/components/schemas/AnalyticsEvent"});
    assert_eq!(
        content(&document, "/analytics"),
        json!({"application/json": {"schema": {"type": "array", "items": item}}})
    );
    assert_eq!(
        content(&document, "/analytics#stream"),
        json!({"application/x-ndjson": {"itemSchema": item}})
    );
    for path in ["/analytics", "/analytics#stream"] {
        let operation = &document["paths"][path]["get"];
        assert_eq!(operation["tags"], json!(["analytics"]));
        assert_eq!(
            operation["parameters"][0]["schema"],
            json!({"type": "string", "format": "date"})
        );
    }
    let id = |path: &str| document["paths"][path]["get"]["operationId"].clone();
    assert_eq!(
        (id("/analytics"), id("/analytics#stream")),
        ("analytics".into(), "analyticsStream".into())
    );
}

#[test]
fn on_the_wire() {
    let address = serve(router("analytics", Analytics));
    let path = "/analytics?start_date=2026-11-21";
    assert_stream(
        &get(&address, path),
        "application/json",
        r#"[{"name":"visit","count":2},{"name":"sale","count":1}]"#,
    );
    assert_stream(
        &send(&address, "GET", path, &[("Accept", "application/x-ndjson")]),
        "application/x-ndjson",
        "{\"name\":\"visit\",\"count\":2}\n{\"name\":\"sale\",\"count\":1}\n",
    );
    assert_eq!(get(&address, "/analytics?start_date=yesterday").status, 400);
}
