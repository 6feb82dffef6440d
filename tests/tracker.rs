//! Drives the example `tracker`: its API with a `TestClient`, and the server as its users do.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod browser;
mod client;
mod example;
mod openapi;

use std::time::Duration;

use dmr::test::{TestClient, TestRequest, TestResponse};
use example::Directory;
use serde_json::{Value, json};

#[allow(dead_code, reason = "the tests do not call `main`")]
#[path = "../examples/tracker/main.rs"]
mod application;

#[path = "tracker/api.rs"]
mod api;
#[path = "tracker/server.rs"]
mod server;

const PASSWORD: &str = "correct horse";

/// The API with an administrator `ada` and a member `bob`.
struct Tracker {
    client: TestClient,
    ada: String,
    bob: String,
    _directory: Directory,
}

impl Tracker {
    async fn start(name: &str) -> Self {
        let directory = Directory::new(name);
        let database = directory.join("tracker.sqlite");
        let app = application::App::open(&database, [7; 32]).await;
        let router = application::router(&app.expect("a new database"));
        let client = TestClient::new(router).await.expect("it is right");
        let mut tokens = Vec::new();
        for name in ["ada", "bob"] {
            let login = json!({"name": name, "password": PASSWORD});
            client.post("/api/register/").json(&login).send().await;
            let answer = client.post("/api/login/").json(&login).send().await;
            let token = answer.json::<Value>()["token"].take();
            tokens.push(token.as_str().expect("a token").to_owned());
        }
        let [ada, bob] = <[String; 2]>::try_from(tokens).expect("two users");
        Self {
            client,
            ada,
            bob,
            _directory: directory,
        }
    }

    /// The API with a project and an issue.
    async fn with_issue(name: &str) -> Self {
        let tracker = Self::start(name).await;
        let project = json!({"name": "dmr"});
        let made = tracker.bob("POST", "/api/projects/").json(&project);
        assert_is(
            &made.send().await,
            201,
            &project_body(1, "dmr", &Value::Null),
        );
        let issue = json!({"title": "It is slow", "text": "On Mondays"});
        let made = tracker.bob("POST", ISSUES).json(&issue).send().await;
        assert_is(&made, 201, &issue_body(1, "It is slow", "On Mondays"));
        assert_eq!(made.header("location"), ISSUE);
        tracker
    }

    /// A request of the administrator.
    fn ada(&self, method: &str, path: &str) -> TestRequest<'_> {
        self.request(method, path, &self.ada)
    }

    /// A request of the member.
    fn bob(&self, method: &str, path: &str) -> TestRequest<'_> {
        self.request(method, path, &self.bob)
    }

    fn request(&self, method: &str, path: &str, token: &str) -> TestRequest<'_> {
        let request = self.client.request(method, path);
        let request = request.header("Authorization", format!("Bearer {token}"));
        request.deadline(Duration::from_secs(10))
    }
}

const ISSUES: &str = "/api/projects/1/issues/";
const ISSUE: &str = "/api/projects/1/issues/1/";

fn project_body(id: u64, name: &str, description: &Value) -> Value {
    json!({"id": id, "name": name, "description": description})
}

fn issue_body(id: u64, title: &str, text: &str) -> Value {
    json!({
        "id": id, "project_id": 1, "title": title, "text": text, "state": "open", "author": "bob",
        "assignee": null,
    })
}

/// The body of an error with a message.
fn error(msg: &str) -> Value {
    json!({"detail": [{"msg": msg}]})
}

#[track_caller]
fn assert_is(response: &TestResponse, status: u16, body: &Value) {
    let found: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    assert_eq!((response.status().as_u16(), &found), (status, body));
}
