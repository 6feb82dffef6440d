//! Endpoints that stream on demand, and clients whose `Accept` does not say what they get.

use dmr::options::Accept;
use dmr::stream::{events, format};
use dmr::test::TestClient;
use dmr::{Body, Controller, Events, Router, Settings, Sse, ValueOrEvents, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{Response, send, send_body, serve};
use crate::log::Log;
use crate::openapi::assert_valid;

#[derive(Deserialize, JsonSchema)]
struct Prompt {
    text: String,
    #[serde(default)]
    stream: bool,
}

#[derive(Serialize, JsonSchema)]
struct Completion {
    #[schemars(length(max = 5))]
    text: String,
}

#[derive(Serialize, JsonSchema)]
struct Token {
    token: char,
}

type Completed = ValueOrEvents<'static, Completion, Token, (format::Sse, format::NdJson)>;

struct Completions;

#[controller]
impl Controller for Completions {
    async fn post(&self, Body(prompt): Body<Prompt>) -> Completed {
        let Prompt { text, stream } = prompt;
        if stream {
            ValueOrEvents::Events(events! {
                for token in text.chars() {
                    yield Token { token };
                }
            })
        } else {
            ValueOrEvents::Value(Completion { text })
        }
    }
}

fn router(controller: impl Controller) -> Router {
    Router::new("")
        .settings(Settings::new().debug(false))
        .route("", controller)
}

fn document(router: Router) -> Value {
    let api = router.build().expect("it is right");
    let document = serde_json::from_slice(api.openapi()).expect("JSON");
    assert_valid(&document);
    document
}

fn post(address: &str, accept: &str, body: &Value) -> Response {
    let headers = [("Content-Type", "application/json"), ("Accept", accept)];
    send_body(address, "POST", "/", &headers, body.to_string().as_bytes())
}

#[test]
fn the_body_decides_whether_to_stream() {
    let address = serve(router(Completions));
    let whole = json!({"text": "Hi"});
    let streamed = json!({"text": "Hi", "stream": true});
    for accept in ["application/json", "*/*", "text/html", "text/event-stream"] {
        let response = post(&address, accept, &whole);
        assert_eq!(response.status, 200, "{accept}");
        assert_eq!(response.header("content-type"), "application/json");
        assert_eq!(response.body, "{\"text\":\"Hi\"}");
        assert_eq!(response.header("x-accel-buffering"), "");
        let response = post(&address, accept, &streamed);
        assert_eq!(response.status, 200, "{accept}");
        assert_eq!(response.header("content-type"), "text/event-stream");
        assert_eq!(
            response.body,
            "data: {\"token\":\"H\"}\r\n\r\ndata: {\"token\":\"i\"}\r\n\r\n"
        );
    }
    let response = post(&address, "application/x-ndjson", &streamed);
    assert_eq!(response.body, "{\"token\":\"H\"}\n{\"token\":\"i\"}\n");
}

/// The value is checked like any other.
#[test]
fn a_value_that_breaks_its_schema() {
    let address = serve(router(Completions));
    let response = post(&address, "application/json", &json!({"text": "too long"}));
    assert_eq!(response.status, 422);
    let response = post(&address, "text/event-stream", &json!({"text": 1}));
    assert_eq!(response.status, 400);
    assert_eq!(response.header("content-type"), "application/json");
}

#[test]
fn both_are_in_the_document_under_one_status() {
    let document = document(router(Completions));
    let responses = &document["paths"]["/"]["post"]["responses"];
    let content = responses["200"]["content"].as_object().expect("an object");
    assert_eq!(
        content.keys().collect::<Vec<_>>(),
        [
            "application/json",
            "text/event-stream",
            "application/x-ndjson"
        ]
    );
    let completion = json!({"$ref": "#/components/schemas/Completion"});
    assert_eq!(content["application/json"]["schema"], completion);
    let token = json!({"$ref": "#/components/schemas/Token"});
    assert_eq!(content["application/x-ndjson"]["itemSchema"], token);
    assert_eq!(responses["406"], Value::Null);
    assert_eq!(responses["201"], Value::Null);
    // Only the stream has this header.
    let header = &responses["200"]["headers"]["X-Accel-Buffering"];
    assert_ne!(header["required"], json!(true));
}

#[test]
fn the_batch_is_the_value() {
    let router = router(Completions).batch_and_stream(true);
    let document = document(router);
    let keys = |path: &str| -> Vec<String> {
        let content = &document["paths"][path]["post"]["responses"]["200"]["content"];
        let content = content.as_object().expect("an object");
        content.keys().cloned().collect()
    };
    assert_eq!(keys("/"), ["application/json"]);
    assert_eq!(
        keys("/#stream"),
        ["text/event-stream", "application/x-ndjson"]
    );
}

struct Ambiguous;

#[controller]
impl Controller for Ambiguous {
    async fn get(&self) -> ValueOrEvents<'_, u8, u8, format::JsonArray> {
        ValueOrEvents::Value(1)
    }
}

#[test]
fn a_value_and_events_of_one_media_type_are_refused() {
    let errors = router(Ambiguous).build().expect_err("it is wrong");
    let errors = errors.to_string();
    assert!(
        errors.contains("both have the media type 'application/json'"),
        "{errors}"
    );
}

struct Strict;

#[controller]
impl Controller for Strict {
    async fn get(&self) -> Sse<'_, u8> {
        events! { yield 1; }
    }

    #[modify(accept = Accept::Lenient)]
    async fn post(&self) -> Events<'_, u8, (format::NdJson, format::Sse)> {
        events! { yield 1; }
    }

    #[modify(accept = Accept::Lenient)]
    async fn put(&self) -> u8 {
        1
    }
}

/// The option on an endpoint.
#[test]
fn accept_is_a_demand_unless_the_option_says_otherwise() {
    let address = serve(router(Strict));
    let sent = |method, accept| send(&address, method, "/", &[("Accept", accept)]);
    assert_eq!(sent("GET", "application/json").status, 406);
    assert_eq!(sent("GET", "text/html").status, 406);
    assert_eq!(sent("POST", "application/json").body, "1\n");
    assert_eq!(sent("POST", "text/html").body, "1\n");
    assert_eq!(sent("POST", "text/event-stream").body, "data: 1\r\n\r\n");
    assert_eq!(sent("PUT", "text/html").body, "1");
    let document = document(router(Strict));
    let path = &document["paths"]["/"];
    assert_ne!(path["get"]["responses"]["406"], Value::Null);
    assert_eq!(path["post"]["responses"]["406"], Value::Null);
    assert_eq!(path["put"]["responses"]["406"], Value::Null);
}

/// The innermost level decides.
#[test]
fn accept_on_every_level() {
    let lenient = router(Strict).accept(Accept::Lenient);
    let document = document(router(Strict).accept(Accept::Lenient));
    let responses = &document["paths"]["/"]["get"]["responses"];
    assert_eq!(responses["406"], Value::Null);
    let address = serve(lenient);
    let response = send(&address, "GET", "/", &[("Accept", "application/json")]);
    assert_eq!(response.body, "data: 1\r\n\r\n");
    let settings = Settings::new().debug(false).accept(Accept::Lenient);
    let inner = Router::new("").settings(settings).accept(Accept::Strict);
    let address = serve(inner.route("", Strict));
    let response = send(&address, "GET", "/", &[("Accept", "application/json")]);
    assert_eq!(response.status, 406);
}

/// The log of a request whose client accepts none of the media types.
fn logged(debug: bool) -> String {
    let log = Log::default();
    let router = Router::new("").settings(Settings::new().debug(debug));
    tracing::subscriber::with_default(log.subscriber(), || {
        actix_web::rt::System::new().block_on(async {
            let client = TestClient::new(router.route("", Strict)).await;
            let client = client.expect("it is right");
            let request = client.get("/").header("Accept", "text/html");
            assert_eq!(request.send().await.status(), 406);
        });
    });
    log.text()
}

/// In debug, the log says how to serve such a client.
#[test]
fn the_log_of_a_406_names_the_option() {
    let log = logged(true);
    assert!(log.contains("accept = Accept::Lenient"), "{log}");
    assert_eq!(logged(false), "");
}
