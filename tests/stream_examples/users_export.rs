//! Users export.

use super::*;

#[derive(Serialize, JsonSchema)]
struct User {
    #[schemars(extend("format" = "uuid"))]
    id: String,
    name: String,
    #[schemars(email)]
    email: String,
}

fn limit() -> u32 {
    100
}

#[derive(Deserialize, JsonSchema)]
struct Window {
    #[serde(default = "limit")]
    limit: u32,
    #[serde(default)]
    offset: u32,
}

struct Export;

#[controller(tags = ["Users"])]
impl Controller for Export {
    /// Export user data in JSONL format
    async fn get(&self, window: Query<Window>) -> dmr::JsonLines<'_, User> {
        let names = ["Alice", "Bob", "Charlie"];
        let window = (window.offset as usize, window.limit as usize);
        events! {
            for (index, name) in names.into_iter().enumerate().skip(window.0).take(window.1) {
                yield User {
                    id: format!("00000000-0000-4000-8000-00000000000{index}"),
                    name: name.to_owned(),
                    email: format!("{}@example.com", name.to_lowercase()),
                };
            }
        }
    }
}

#[test]
fn using_item_schema_in_openapi_3_2() {
    let document = document(router("users/export", Export));
    assert_eq!(
        content(&document, "/users/export"),
        json!({"application/jsonl": {"itemSchema": {"$ref": "#/components/schemas/User"}}})
    );
    let user = &document["components"]["schemas"]["User"]["properties"];
    assert_eq!(user["id"], json!({"type": "string", "format": "uuid"}));
    assert_eq!(user["email"], json!({"type": "string", "format": "email"}));
}

#[test]
fn pagination_and_media_types() {
    let address = serve(router("users/export", Export));
    let bob = "{\"id\":\"00000000-0000-4000-8000-000000000001\",\"name\":\"Bob\",\"email\":\"bob@example.com\"}\n";
    let path = "/users/export?limit=1&offset=1";
    assert_stream(&get(&address, path), "application/jsonl", bob);
    // The document does not have it.
    let text = send(&address, "GET", path, &[("Accept", "text/jsonl")]);
    assert_eq!(text.status, 406);
}
