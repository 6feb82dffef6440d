//! The OpenAPI document as a whole.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod openapi;

use dmr::auth::{Algorithm, Jwt};
use dmr::stream::events;
use dmr::{
    Controller, Error, ErrorModel, HeaderSpec, Headers, JsonLines, OpenApi, Query, Response,
    ResponseSpec, Router, Settings, StatusCode, ValidateResponses, controller,
};
use expect_test::expect_file;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which books.
#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "only described")]
struct Filter {
    /// The beginning of the title.
    title: String,
    #[schemars(range(min = 1, max = 100))]
    #[serde(default = "ten")]
    limit: u8,
    kinds: Option<Vec<Kind>>,
    #[deprecated]
    sort: Option<String>,
}

fn ten() -> u8 {
    10
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "only described")]
struct Client {
    #[serde(rename = "X-Client")]
    client: String,
}

/// What a book is.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Novel,
    Poems,
}

/// A book.
#[derive(Serialize, JsonSchema)]
struct Book {
    #[schemars(length(min = 1))]
    title: String,
    kind: Option<Kind>,
    next: Option<Box<Book>>,
}

struct Books {
    jwt: Jwt<Value>,
}

#[controller(add_tags = ["books"], auth = [self.jwt.clone()])]
impl Controller for Books {
    /// List the books.
    ///
    /// At most as many as `limit` says.
    #[modify(add_tags = ["lists"])]
    async fn get(&self, _: Query<Filter>, _: Headers<Client>) -> Vec<Book> {
        Vec::new()
    }

    /// Not used.
    #[modify(
        summary = "Add a book",
        operation_id = "addBook",
        auth = None,
        responses = [ResponseSpec::new::<ErrorModel>(StatusCode::CONFLICT).description("It is there")],
    )]
    async fn post(&self) -> Result<(), Error> {
        Ok(())
    }

    #[validate(
        ResponseSpec::new::<Book>(StatusCode::OK)
            .header("ETag", HeaderSpec::new().required(false).description("Its version")),
        ResponseSpec::new::<()>(StatusCode::NOT_MODIFIED),
        validate_responses = ValidateResponses::Off,
        deprecated,
    )]
    async fn put(&self) -> Response {
        Response::empty(StatusCode::NOT_MODIFIED)
    }

    #[modify(semantic_responses = false)]
    async fn query(&self) -> JsonLines<'_, Kind> {
        events! { yield Kind::Novel; }
    }
}

#[test]
fn everything_that_four_levels_say() {
    let secret = b"a secret of no less than 32 bytes";
    let jwt = Jwt::new(Algorithm::HS256, secret).expect("the secret is long enough");
    let openapi = OpenApi::new("Books", "2.0.0").description("All about books");
    let settings = Settings::new().openapi(openapi).tags(["all"]);
    let api = Router::new("/api/")
        .settings(settings)
        .add_tags(["shop"])
        .route("/books/", Books { jwt })
        .build()
        .expect("the router is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("the document is JSON");
    openapi::assert_valid(&document);
    let text = serde_json::to_string_pretty(&document).expect("it is JSON");
    expect_file!["openapi/four_levels.json"].assert_eq(&text);
}
