//! Partial updates, pages and cursors.

use dmr::pagination::{CursorPage, CursorQuery, Cursors, PageQuery, Paginated};
use dmr::serializer::{Form, SerdeJson};
use dmr::test::TestClient;
use dmr::{Body, Controller, Error, Patch, Query, Router, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A partial update.
#[derive(Serialize, Deserialize, JsonSchema)]
struct BookPatch {
    #[serde(default, skip_serializing_if = "Patch::is_missing")]
    #[schemars(length(min = 2))]
    title: Patch<String>,
    #[serde(default, skip_serializing_if = "Patch::is_missing")]
    subtitle: Patch<Option<String>>,
    #[serde(default, skip_serializing_if = "Patch::is_missing")]
    pages: Patch<u32>,
}

struct Books;

#[controller(parsers = (SerdeJson, Form))]
impl Controller for Books {
    async fn patch(&self, patch: Body<BookPatch>) -> Value {
        let seen = |patch: Patch<String>| patch.into_option();
        let subtitle = match &patch.subtitle {
            Patch::Missing => "missing".to_owned(),
            Patch::Value(None) => "null".to_owned(),
            Patch::Value(Some(text)) => text.clone(),
        };
        json!([
            seen(patch.title.clone()),
            subtitle,
            patch.pages.into_option()
        ])
    }

    async fn put(&self, Body(patch): Body<BookPatch>) -> BookPatch {
        patch
    }
}

/// The attribute `default` is missing: both fields are required.
#[derive(Deserialize, JsonSchema)]
struct Forgotten {
    title: Patch<String>,
    subtitle: Patch<Option<String>>,
}

struct Forgetful;

#[controller]
impl Controller for Forgetful {
    async fn patch(&self, patch: Body<Forgotten>) -> bool {
        patch.title.is_missing() || patch.subtitle.is_missing()
    }
}

fn books() -> Router {
    Router::new("")
        .route("books/", Books)
        .route("forgetful/", Forgetful)
}

#[actix_web::test]
async fn missing_is_not_null() {
    let client = TestClient::new(books()).await.expect("it is right");
    let cases = [
        (json!({}), 200, json!([null, "missing", null])),
        (json!({"subtitle": null}), 200, json!([null, "null", null])),
        (
            json!({"title": "Emma", "subtitle": "A novel", "pages": 7}),
            200,
            json!(["Emma", "A novel", 7]),
        ),
        (json!({"title": null}), 400, Value::Null),
        (json!({"pages": null}), 400, Value::Null),
        // The constraints of the value hold.
        (json!({"title": "E"}), 400, Value::Null),
    ];
    for (body, status, expected) in cases {
        let response = client.patch("/books/").json(&body).send().await;
        assert_eq!(response.status(), status, "{body}: {}", response.text());
        if status == 200 {
            assert_eq!(response.json::<Value>(), expected, "{body}");
            let echo = client.put("/books/").json(&body).send().await;
            assert_eq!(echo.json::<Value>(), body);
        }
    }
    let form = client.patch("/books/").form(&[("pages", "7")]).send().await;
    assert_eq!(form.json::<Value>(), json!([null, "missing", 7]));
}

#[actix_web::test]
async fn a_patch_without_a_default_is_required() {
    let client = TestClient::new(books()).await.expect("it is right");
    for body in [json!({"title": "Emma"}), json!({"subtitle": null})] {
        let response = client.patch("/forgetful/").json(&body).send().await;
        assert_eq!(response.status(), 400, "{body}");
    }
}

#[test]
fn a_patch_is_documented_as_its_value() {
    let api = books().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    let schema = &document["components"]["schemas"]["BookPatch"];
    assert_eq!(schema["required"], Value::Null);
    let properties = &schema["properties"];
    assert_eq!(
        properties["title"],
        json!({"type": "string", "minLength": 2})
    );
    assert_eq!(properties["pages"]["type"], "integer");
    assert!(
        properties["subtitle"].to_string().contains(r#""null""#),
        "{properties}"
    );
    assert!(
        properties["subtitle"].get("default").is_none(),
        "{properties}"
    );
}

struct Numbers {
    all: Vec<u64>,
    cursors: Cursors<u64>,
}

#[controller]
impl Controller for Numbers {
    async fn get(&self, page: Query<PageQuery<2, 5>>) -> Paginated<u64> {
        page.slice(&self.all)
    }

    #[modify(status_code = dmr::StatusCode::OK)]
    async fn post(&self, query: Query<CursorQuery<2, 5>>) -> Result<CursorPage<u64>, Error> {
        let after = self.cursors.after(&query)?;
        let rest = self.all.iter().filter(|number| Some(**number) > after);
        let rest = rest.take(query.limit as usize + 1).copied().collect();
        self.cursors.page(rest, &query, |last| *last)
    }
}

const SECRET: &str = "a secret that has no less than 32 bytes";

fn numbers() -> Router {
    let cursors = Cursors::new(SECRET, "numbers").expect("it is long");
    let all = (1..=5).collect();
    Router::new("").route("numbers/", Numbers { all, cursors })
}

#[actix_web::test]
async fn a_page_has_bounds() {
    let client = TestClient::new(numbers()).await.expect("it is right");
    let get = |query: &[(&str, &str)]| client.get("/numbers/").query(query);
    let page = |number: u64, per_page: u64, objects: &[u64]| {
        json!({
            "count": 5,
            "num_pages": 5_u64.div_ceil(per_page),
            "per_page": per_page,
            "page": {"number": number, "object_list": objects},
        })
    };
    let first = client.get("/numbers/").send().await;
    assert_eq!(first.json::<Value>(), page(1, 2, &[1, 2]));
    let last = get(&[("page", "3")]).send().await;
    assert_eq!(last.json::<Value>(), page(3, 2, &[5]));
    let other = get(&[("page", "2"), ("per_page", "3")]).send().await;
    assert_eq!(other.json::<Value>(), page(2, 3, &[4, 5]));
    let huge = get(&[("page", "18446744073709551615")]).send().await;
    assert_eq!(huge.json::<Value>()["page"]["object_list"], json!([]));
    for query in [
        ("page", "0"),
        ("page", "-1"),
        ("per_page", "0"),
        ("per_page", "6"),
    ] {
        assert_eq!(get(&[query]).send().await.status(), 400, "{query:?}");
    }

    let api = numbers().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    let parameters = &document["paths"]["/numbers/"]["get"]["parameters"];
    assert_eq!(parameters[0]["schema"]["minimum"], 1);
    assert_eq!(parameters[1]["schema"]["maximum"], 5);
    assert_eq!(parameters[1]["schema"]["default"], 2);
}

#[actix_web::test]
async fn a_cursor_is_signed() {
    let client = TestClient::new(numbers()).await.expect("it is right");
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let mut request = client.post("/numbers/");
        if let Some(cursor) = &cursor {
            request = request.query(&[("cursor", cursor)]);
        }
        let page: CursorPage<u64> = request.send().await.json();
        seen.extend(page.items);
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, [1, 2, 3, 4, 5]);

    let cursors = Cursors::<u64>::new(SECRET, "numbers").expect("it is long");
    let written = cursors.write(&2).expect("JSON");
    let other_list = Cursors::new(SECRET, "books")
        .expect("it is long")
        .write(&2_u64);
    let other_secret = Cursors::new([7; 32], "numbers")
        .expect("it is long")
        .write(&2_u64);
    let mut tampered = vec![
        String::new(),
        "2".to_owned(),
        format!("{written}A"),
        other_list.expect("JSON"),
        other_secret.expect("JSON"),
    ];
    for position in 0..written.len() {
        let mut bytes = written.clone().into_bytes();
        bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
        tampered.push(String::from_utf8(bytes).expect("ASCII"));
    }
    for cursor in tampered {
        let response = client
            .post("/numbers/")
            .query(&[("cursor", &cursor)])
            .send()
            .await;
        assert_eq!(response.status(), 400, "{cursor}");
    }
    let response = client
        .post("/numbers/")
        .query(&[("cursor", &written)])
        .send()
        .await;
    assert_eq!(response.json::<Value>()["items"], json!([3, 4]));
    for limit in ["0", "6"] {
        let response = client
            .post("/numbers/")
            .query(&[("limit", limit)])
            .send()
            .await;
        assert_eq!(response.status(), 400, "{limit}");
    }
    assert!(Cursors::<u64>::new("short", "numbers").is_err());
    assert!(!format!("{cursors:?}").contains("secret"));
}
