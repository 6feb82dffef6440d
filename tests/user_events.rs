//! Drives the example `user_events` as its users do.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod example;
mod openapi;

use std::time::{SystemTime, UNIX_EPOCH};

use example::{Directory, Example};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

const SECRET: &str = "a secret for the tests, longer than 32 bytes";

fn start(debug: &str) -> Example {
    start_with(debug, &[])
}

fn start_with(debug: &str, arguments: &[&str]) -> Example {
    let environment = [("DMR_DEBUG", debug), ("JWT_SECRET", SECRET)];
    Example::start("user_events", arguments, &environment)
}

const USERS: &str = "{\"email\":\"first@example.com\"}\n{\"email\":\"second@example.com\"}\n";

#[test]
fn events_and_their_validated_twin() {
    let example = start("0");
    for path in ["/api/user/events/", "/api/user/validated/"] {
        let response = example.get(path, &[]);
        assert_eq!(response.status, 200);
        assert_eq!(response.headers["content-type"], "application/jsonl");
        assert_eq!(response.headers["cache-control"], "no-cache");
        assert_eq!(response.headers["x-accel-buffering"], "no");
        assert_eq!(response.headers["connection"], "keep-alive");
        assert_eq!(response.body, USERS);
    }
}

#[test]
fn in_debug_the_connection_is_announced_too() {
    let response = start("1").get("/api/user/events/", &[]);
    assert_eq!(response.headers["connection"], "keep-alive");
    assert_eq!(response.body, USERS);
}

#[test]
fn a_client_that_resumes_gets_what_it_has_missed() {
    let example = start("0");
    let path = "/api/user/resume/";
    assert_eq!(example.get(path, &[]).body, "\"starting from scratch\"\n");
    let response = example.get(path, &[("Last-Event-ID", "5")]);
    assert_eq!(response.body, "\"starting from 5\"\n");
    let response = example.get(path, &[("Last-Event-ID", "abc")]);
    assert_eq!(response.status, 400);
    assert_eq!(response.headers["content-type"], "application/json");
    assert_eq!(response.headers["content-length"], "114");
    assert_eq!(
        response.body,
        "{\"detail\":[{\"msg\":\"Expected `int | null`, got `str` - at \
         `$.parsed_headers.last_event_id`\",\"type\":\"value_error\"}]}"
    );
}

fn token(algorithm: Algorithm, secret: &str, expires_in: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("a time after 1970").as_secs().cast_signed();
    let claims = json!({"sub": "reader", "iat": now - 100, "exp": now + expires_in});
    let key = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::new(algorithm), &claims, &key).expect("a token")
}

#[test]
fn secure_takes_only_good_tokens() {
    let example = start("0");
    let path = "/api/user/secure/";
    let ask = |token: &str| example.get(path, &[("Authorization", &format!("Bearer {token}"))]);

    let good = ask(&token(Algorithm::HS256, SECRET, 60));
    assert_eq!(
        (good.status, good.body.as_str()),
        (200, "\"hello reader\"\n")
    );

    let refused = r#"{"detail":[{"msg":"Not authenticated","type":"security"}]}"#;
    let missing = example.get(path, &[]);
    assert_eq!((missing.status, missing.body.as_str()), (401, refused));
    assert_eq!(missing.headers["www-authenticate"], "Bearer");

    let good = token(Algorithm::HS256, SECRET, 60);
    let payload = good.split('.').nth(1).expect("a payload");
    let bad = [
        token(Algorithm::HS256, SECRET, -60),
        token(Algorithm::HS256, &SECRET.replace("secret", "guess"), 60),
        // {"alg":"none","typ":"JWT"}
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}."),
        token(Algorithm::HS512, &SECRET.repeat(2), 60),
        token(Algorithm::HS512, SECRET, 60),
        "garbage".to_owned(),
    ];
    for token in bad {
        let response = ask(&token);
        assert_eq!(
            (response.status, response.body.as_str()),
            (401, refused),
            "{token}"
        );
    }
}

#[test]
fn faulty_ends_with_the_error_as_an_event() {
    let response = start("0").get("/api/user/faulty/", &[]);
    assert_eq!(response.body, "1\n{\"error\":\"zero division\"}\n");
}

#[test]
fn lines_of_files() {
    let example = start("0");
    let path = "/api/files/lines/?path=events.jsonl";
    let whole = example.get(path, &[]).body;
    assert_eq!(whole, include_str!("../examples/data/events.jsonl"));
    let rest = example.get(path, &[("Last-Event-ID", "3")]).body;
    assert_eq!(Some(rest.trim_end()), whole.lines().last());

    let faulty = example.get("/api/files/lines/?path=faulty.jsonl", &[]).body;
    let lines: Vec<Value> = faulty
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    assert_eq!(
        lines,
        [
            json!({"id": 1, "kind": "signed_up", "email": "first@example.com"}),
            json!({"detail": [{"msg": "line 2: EOF while parsing an object at line 1 column 26"}]}),
            json!({"detail": [
                {"msg": "Expected `int` >= 1 - at `$.id`", "type": "value_error"},
                {"msg": "Expected `str` of length >= 1 - at `$.kind`", "type": "value_error"},
                {"msg": "Expected `str` matching format 'email' - at `$.email`", "type": "value_error"},
            ]}),
            json!({"id": 4, "kind": "left", "email": "first@example.com"}),
        ]
    );
}

#[test]
fn no_path_leaves_the_data_directory() {
    let directory = Directory::new("user-events");
    let data = directory.join("data");
    std::fs::create_dir(&data).expect("a directory");
    std::fs::write(directory.join("secret.jsonl"), "{}\n").expect("a file");
    let link = data.join("link.jsonl");
    std::os::unix::fs::symlink(directory.join("secret.jsonl"), &link).expect("a link");

    let example = start_with("0", &["--data", data.to_str().expect("UTF-8")]);
    let absolute = directory.join("secret.jsonl");
    for path in [
        "../secret.jsonl",
        "..%2Fsecret.jsonl",
        "link.jsonl",
        absolute.to_str().expect("UTF-8"),
        ".",
        "",
    ] {
        let response = example.get(&format!("/api/files/lines/?path={path}"), &[]);
        assert_eq!(response.status, 404, "{path}");
    }
}

#[test]
fn negotiation_and_methods() {
    let example = start("0");
    let response = example.get("/api/user/events/", &[("Accept", "application/xml")]);
    assert_eq!(response.status, 406);
    assert_eq!(response.headers["content-type"], "application/json");
    assert_eq!(
        response.body,
        "{\"detail\":[{\"msg\":\"Cannot serialize response body with accepted types [<MediaType: \
         application/xml>], supported=['application/jsonl', 'application/json']\",\
         \"type\":\"value_error\"}]}"
    );
    let response = example.send("POST", "/api/user/events/", &[]);
    assert_eq!(response.status, 405);
    assert_eq!(response.headers["allow"], "GET");
    assert_eq!(
        response.body,
        r#"{"detail":[{"msg":"Method 'POST' is not allowed, allowed: ['GET']","type":"not_allowed"}]}"#
    );
}

#[test]
fn the_document_is_served_and_valid() {
    let example = start("0");
    let response = example.get("/docs/openapi.json", &[]);
    assert_eq!(response.headers["content-type"], "application/json");
    let document: Value = serde_json::from_str(&response.body).expect("JSON");
    openapi::assert_valid(&document);
    let paths: Vec<&String> = document["paths"]
        .as_object()
        .expect("paths")
        .keys()
        .collect();
    assert_eq!(
        paths,
        [
            "/api/user/events/",
            "/api/user/validated/",
            "/api/user/resume/",
            "/api/user/secure/",
            "/api/user/faulty/",
            "/api/files/lines/",
        ]
    );
    assert_eq!(example.send("POST", "/docs/openapi.json", &[]).status, 405);
}
