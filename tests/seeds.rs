//! The OpenAPI documents that the seed prints, reproduced by controllers of the same names.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod openapi;

use dmr::auth::{Algorithm, Jwt};
use dmr::stream::events;
use dmr::{Controller, Headers, Json, JsonLines, OpenApi, Router, Settings, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const SEED: &str = include_str!("seeds/json_lines.json");

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

/// A controller of the seed, alone in its document.
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

/// The document that the seed prints under this name.
fn seed(name: &str) -> Value {
    let mut seeds: Value = serde_json::from_str(SEED).expect("the seed is JSON");
    seeds[name].take()
}

/// Ours, without what the seed leaves to us: the texts of the component schemas and the formats of integers.
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
    fn seed_000_using_json_lines() {
        let document = document(UserEventsController);
        assert_eq!(comparable(document), comparable(seed("Using JsonLines")));
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
    fn seed_000_using_components() {
        let document = document(UserEventsController);
        assert_eq!(comparable(document), comparable(seed("Using components")));
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
    fn seed_000_auth() {
        let secret = b"a secret of no less than 32 bytes";
        let jwt = Jwt::new(Algorithm::HS256, secret).expect("the secret is long enough");
        let document = document(UserEventsController { jwt });
        assert_eq!(comparable(document), comparable(seed("Auth")));
    }
}
