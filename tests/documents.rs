//! The OpenAPI documents that django-modern-rest prints for three controllers with JSON Lines,
//! reproduced by controllers of the same names.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod openapi;

use dmr::auth::{Algorithm, Jwt};
use dmr::stream::events;
use dmr::{Controller, Headers, Json, JsonLines, OpenApi, Router, Settings, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const THEIRS: &str = include_str!("documents/django_modern_rest.json");

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "_User")]
struct User {
    email: String,
}

#[derive(Deserialize, JsonSchema)]
struct Resume {
    #[serde(rename = "Last-Event-ID", default)]
    last_event_id: Option<i64>,
}

/// A controller, alone in its document.
fn document(controller: impl Controller) -> Value {
    let settings = Settings::new()
        .debug(false)
        .openapi(OpenApi::new("Django Modern Rest", "0.1.0"));
    let api = Router::new("api/")
        .settings(settings)
        .route("usereventscontroller/", controller)
        .build()
        .expect("the controller is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("the document is JSON");
    openapi::assert_valid(&document);
    document
}

/// The document that django-modern-rest prints for this name.
fn theirs(name: &str) -> Value {
    let mut theirs: Value = serde_json::from_str(THEIRS).expect("the documents are JSON");
    theirs[name].take()
}

/// dmr's document without its additions: the texts of the component schemas and the formats of
/// integers.
fn comparable(mut document: Value) -> Value {
    for schema in document["components"]["schemas"]
        .as_object_mut()
        .expect("an object")
        .values_mut()
    {
        schema
            .as_object_mut()
            .expect("an object")
            .remove("description");
    }
    without_integer_formats(&mut document);
    document
}

fn without_integer_formats(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("type") == Some(&json!("integer")) {
                members.remove("format");
            }
            members.values_mut().for_each(without_integer_formats);
        }
        Value::Array(items) => items.iter_mut().for_each(without_integer_formats),
        _ => {}
    }
}

mod using_json_lines {
    use super::*;

    struct UserEventsController;

    #[controller]
    impl Controller for UserEventsController {
        async fn get(&self) -> JsonLines<'_, User> {
            events! { yield User { email: "first@example.com".to_owned() }; }
        }
    }

    #[test]
    fn using_json_lines() {
        let document = document(UserEventsController);
        assert_eq!(comparable(document), comparable(theirs("Using JsonLines")));
    }
}

mod using_components {
    use super::*;

    struct UserEventsController;

    #[controller]
    impl Controller for UserEventsController {
        async fn get(&self, resume: Headers<Resume>) -> JsonLines<'_, Json> {
            events! { yield Json::from(resume.last_event_id); }
        }
    }

    #[test]
    fn using_components() {
        let document = document(UserEventsController);
        assert_eq!(comparable(document), comparable(theirs("Using components")));
    }
}

mod auth {
    use super::*;

    struct UserEventsController {
        jwt: Jwt<Value>,
    }

    #[controller(auth = [self.jwt.clone()])]
    impl Controller for UserEventsController {
        async fn get(&self) -> JsonLines<'_, User> {
            events! { yield User { email: "first@example.com".to_owned() }; }
        }
    }

    #[test]
    fn auth() {
        let secret = b"a secret of no less than 32 bytes";
        let jwt = Jwt::new(Algorithm::HS256, secret).expect("the secret is long enough");
        let document = document(UserEventsController { jwt });
        assert_eq!(comparable(document), comparable(theirs("Auth")));
    }
}
