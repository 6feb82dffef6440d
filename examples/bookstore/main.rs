//! A bookstore on a database: `cargo run --example bookstore`, then
//!
//! ```console
//! $ curl 'http://127.0.0.1:8000/api/books/?language=fr&limit=1'
//! $ curl http://127.0.0.1:8000/api/books/ --json '{"author_id":1,"title":"Emma","language":"en","published":1815,"price_cents":990}'
//! $ curl -X PUT -F 'cover=@cover.png;type=image/png' http://127.0.0.1:8000/api/books/1/cover/
//! $ curl http://127.0.0.1:8000/api/export/books/
//! ```
//!
//! `store` has the tables and the queries, which Django calls models. `api` has the controllers,
//! which Django calls views. docs/porting.md shows them side by side.

mod api;
mod store;

use std::path::PathBuf;

use clap::Parser;
use dmr::serializer::{ProblemJson, SerdeJson};
use dmr::{NotFound, OpenApi, ProblemDetails, Router, Settings};
use store::Store;

/// Serves a bookstore.
#[derive(Parser)]
struct Arguments {
    /// The port to listen on.
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// The database: the path of an SQLite file, or a URL such as
    /// `postgres://user@localhost/books`. By default a file below the directory for temporary
    /// files.
    #[arg(long)]
    database: Option<String>,
    /// The directory of the covers. By default one below the directory for temporary files.
    #[arg(long)]
    covers: Option<PathBuf>,
    /// The greatest number of bytes of an upload.
    #[arg(long, default_value_t = 2 << 30)]
    max_upload: u64,
    /// The number of books with which an empty database is filled.
    #[arg(long, default_value_t = 2000)]
    books: i64,
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let arguments = Arguments::parse();

    let data = std::env::temp_dir().join("dmr-bookstore");
    std::fs::create_dir_all(&data)?;
    let store = match &arguments.database {
        Some(database) => Store::open(database).await?,
        None => Store::open(&data.join("books.sqlite").to_string_lossy()).await?,
    };
    store.fill(arguments.books).await?;
    let covers = arguments.covers.unwrap_or_else(|| data.join("covers"));
    let covers = api::Covers::in_directory(covers, store.clone())?;

    let api = Router::new("api/")
        .settings(
            Settings::new()
                .openapi(OpenApi::new("Bookstore", "1.0.0"))
                .renderers((SerdeJson, ProblemJson))
                .max_upload_size(arguments.max_upload),
        )
        .route("authors/", api::AuthorList(store.clone()))
        .route("authors/{id}/", api::AuthorDetail(store.clone()))
        .route("books/", api::BookList(store.clone()))
        .route("books/{id}/", api::BookDetail(store.clone()))
        .route("books/{id}/cover/", covers)
        .route("export/books/", api::BookExport(store))
        .not_found(NotFound::new(["api/"]).model::<ProblemDetails>());
    dmr::serve(api).bind(("127.0.0.1", arguments.port)).await?;
    Ok(())
}
