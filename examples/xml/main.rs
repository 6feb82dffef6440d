//! JSON and XML from one controller: `cargo run --example xml`, then
//!
//! ```console
//! $ curl -H 'Accept: application/xml' -d '{"title":"Emma","pages":474}' http://127.0.0.1:8000/api/books/
//! <document><title>Emma</title><pages>474</pages></document>
//! ```

mod xml;

use dmr::serializer::SerdeJson;
use dmr::{Body, Controller, Router, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xml::Xml;

#[derive(Serialize, Deserialize, JsonSchema)]
struct Book {
    title: String,
    #[schemars(range(min = 1))]
    pages: u32,
}

struct Books;

#[controller(parsers = (SerdeJson, Xml), renderers = (SerdeJson, Xml))]
impl Controller for Books {
    /// Send a book back.
    async fn post(&self, Body(book): Body<Book>) -> Book {
        book
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let api = Router::new("api/").route("books/", Books);
    dmr::serve(api).bind("127.0.0.1:8000").await?;
    Ok(())
}
