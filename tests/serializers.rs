//! One suite for all serializers: every format has to pass it.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::marker::PhantomData;

use dmr::serializer::{MessagePack, Parser, Renderer, SerdeJson, Serializer, SonicJson};
use dmr::test::{TestClient, TestResponse};
use dmr::{Body, Controller, Error, Query, ResponseSpec, Router, StatusCode, controller};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Book {
    title: String,
    #[schemars(range(min = 1))]
    pages: u32,
    price: f64,
    kind: Kind,
    tags: Vec<String>,
    stock: BTreeMap<String, i64>,
    isbn: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Kind {
    Novel,
    Poem { verses: u16 },
}

fn book() -> Book {
    Book {
        title: "Ä \"quoted\"\n\u{1F4D6}".to_owned(),
        pages: 3,
        price: 0.5,
        kind: Kind::Poem { verses: 4 },
        tags: vec!["a".to_owned(), String::new()],
        stock: BTreeMap::from([("Berlin".to_owned(), -1)]),
        isbn: None,
    }
}

#[derive(Deserialize, JsonSchema)]
struct Filter {
    #[serde(default)]
    missing: bool,
}

struct Books<S>(PhantomData<fn() -> S>);

#[controller]
impl<S: Serializer> Controller for Books<S> {
    type Serializer = S;

    async fn post(&self, Body(book): Body<Book>) -> Book {
        book
    }

    async fn get(&self, filter: Query<Filter>) -> Option<Book> {
        (!filter.missing).then(book)
    }

    #[modify(responses = [ResponseSpec::error(StatusCode::CONFLICT)])]
    async fn put(&self, Body(books): Body<Vec<Book>>) -> Result<usize, Error> {
        match books.as_slice() {
            [] => Err(Error::msg(StatusCode::CONFLICT, "no books")),
            books => Ok(books.len()),
        }
    }
}

/// A format under test.
struct Suite<S> {
    client: TestClient,
    serializer: S,
}

impl<S: Serializer> Suite<S> {
    async fn new() -> Self {
        let router = Router::new("").route("books/", Books::<S>(PhantomData));
        Self {
            client: TestClient::new(router).await.expect("the router is right"),
            serializer: S::default(),
        }
    }

    fn bytes(&self, value: &impl Serialize) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.serializer
            .render(value, &mut bytes)
            .expect("it can be written");
        bytes
    }

    fn read<T: DeserializeOwned>(&self, response: &TestResponse) -> T {
        let media_type = Renderer::media_type(&self.serializer);
        assert_eq!(response.header("content-type"), media_type);
        self.serializer
            .parse(response.body(), PhantomData)
            .expect("it can be read")
    }

    async fn send(&self, method: &str, body: Vec<u8>) -> TestResponse {
        let media_type = Parser::media_type(&self.serializer);
        let request = self.client.request(method, "/books/");
        request.body(media_type, body).send().await
    }

    async fn run(self) {
        self.values_go_round().await;
        self.errors_are_the_same().await;
        self.what_is_broken_is_a_400().await;
        self.nothing_is_no_bytes().await;
    }

    async fn values_go_round(&self) {
        let response = self.send("POST", self.bytes(&book())).await;
        assert_eq!(response.status(), 201);
        assert_eq!(self.read::<Book>(&response), book());
        // The only renderer writes the same bytes as before.
        assert_eq!(response.body(), &self.bytes(&book()));
        let response = self.send("PUT", self.bytes(&vec![book(), book()])).await;
        assert_eq!(self.read::<usize>(&response), 2);
    }

    async fn errors_are_the_same(&self) {
        let wrong = json!({"title": 1, "pages": 0, "price": "x", "kind": {"type": "poem"}, "tags": [], "stock": {}});
        let response = self.send("POST", self.bytes(&wrong)).await;
        assert_eq!(response.status(), 400);
        let detail = |msg: &str| json!({"msg": format!("{msg}`"), "type": "value_error"});
        assert_eq!(
            self.read::<Value>(&response),
            json!({"detail": [
                detail("Expected `str`, got `int` - at `$.parsed_body.title"),
                detail("Expected `int` >= 1 - at `$.parsed_body.pages"),
                detail("Expected `float`, got `str` - at `$.parsed_body.price"),
                detail("Object missing required field `verses` - at `$.parsed_body.kind"),
            ]})
        );
        let response = self.send("PUT", self.bytes(&Vec::<Book>::new())).await;
        assert_eq!(response.status(), 409);
        assert_eq!(
            self.read::<Value>(&response),
            json!({"detail": [{"msg": "no books"}]})
        );
    }

    async fn what_is_broken_is_a_400(&self) {
        let whole = self.bytes(&book());
        let mut longer = whole.clone();
        longer.extend_from_slice(&whole);
        for broken in [whole[..whole.len() - 1].to_vec(), longer, vec![0xc1]] {
            let response = self.send("POST", broken).await;
            assert_eq!(response.status(), 400);
            let body: Value = self.read(&response);
            let details = body["detail"].as_array().expect("a list");
            assert_eq!(
                (details.len(), &details[0]["type"]),
                (1, &json!("value_error"))
            );
        }
        let request = self.client.post("/books/").body("text/plain", "x");
        assert_eq!(request.send().await.status(), 400);
    }

    async fn nothing_is_no_bytes(&self) {
        let response = self.client.get("/books/?missing=true").send().await;
        assert_eq!(
            (response.status().as_u16(), response.body().len()),
            (200, 0)
        );
        let response = self.client.get("/books/").send().await;
        assert_eq!(self.read::<Option<Book>>(&response), Some(book()));
    }
}

#[actix_web::test]
async fn serde_json() {
    Suite::<SerdeJson>::new().await.run().await;
}

#[actix_web::test]
async fn sonic_json() {
    Suite::<SonicJson>::new().await.run().await;
}

#[actix_web::test]
async fn message_pack() {
    Suite::<MessagePack>::new().await.run().await;
}
