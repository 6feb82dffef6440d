//! New resources.

use dmr::{Body, Controller, Response, ResponseSpec, Router, controller};
use serde_json::{Value, json};

use crate::client::{send_body, serve};

struct Tags;

#[controller]
impl Controller for Tags {
    #[validate(ResponseSpec::created::<String>())]
    async fn post(&self, Body(name): Body<String>) -> Response {
        Response::created(format!("/tags/{name}/"), name)
    }
}

#[test]
fn a_new_resource_has_its_location() {
    let address = serve(Router::new("").route("tags/", Tags));
    let json_body = [("Content-Type", "application/json")];
    let add = |name: &str| {
        let body = json!(name).to_string();
        let response = send_body(&address, "POST", "/tags/", &json_body, body.as_bytes());
        assert_eq!((response.status, &response.body), (201, &body));
        response.header("location").to_owned()
    };
    assert_eq!(add("new"), "/tags/new/");
    assert_eq!(add("a b\r\nX: é"), "/tags/a%20b%0D%0AX:%20%C3%A9/");
}

#[test]
fn the_document_has_the_location() {
    let api = Router::new("").route("tags/", Tags).build();
    let api = api.expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    let created = &document["paths"]["/tags/"]["post"]["responses"]["201"];
    let header = json!({"required": true, "schema": {"type": "string"}});
    assert_eq!(created["headers"]["Location"], header);
}
