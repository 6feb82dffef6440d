//! An issue tracker: `cargo run --example tracker`, then open <http://127.0.0.1:8000/>, or
//!
//! ```console
//! $ api=http://127.0.0.1:8000/api
//! $ curl $api/register/ --json '{"name":"ada","password":"correct horse"}'
//! {"name":"ada","role":"admin"}
//! $ curl -s -o login.json $api/login/ --json '{"name":"ada","password":"correct horse"}'
//! $ login="Authorization: Bearer $(jq -r .token login.json)"
//! $ curl -H "$login" $api/projects/ --json '{"name":"dmr"}'
//! {"id":1,"name":"dmr","description":null}
//! $ curl -H "$login" $api/projects/1/issues/ --json '{"title":"It is slow"}'
//! {"id":1,"project_id":1,"title":"It is slow","text":"","state":"open","author":"ada","assignee":null}
//! $ curl -H "$login" $api/projects/1/issues/1/ -X PATCH --json '{"assignee":"ada"}'
//! {"id":1,"project_id":1,"title":"It is slow","text":"","state":"open","author":"ada","assignee":"ada"}
//! $ curl -H "$login" "$api/projects/1/issues/?assignee=ada&text=SLOW"
//! {"items":[{"id":1,"project_id":1,"title":"It is slow","text":"","state":"open","author":"ada","assignee":"ada"}],"next":null}
//! $ curl -H "$login" $api/projects/1/issues/1/attachments/ -F 'file=@login.json;type=text/plain'
//! {"id":1,"name":"login.json","media_type":"text/plain","size":156}
//! $ curl -H "$login" $api/projects/1/issues/1/comments/ --json '{"text":"Not here"}'
//! {"id":1,"author":"ada","text":"Not here"}
//! $ curl -N -H "$login" -H 'Last-Event-ID: 0' $api/projects/1/issues/1/comments/
//! id: 1
//! data: {"id":1,"author":"ada","text":"Not here"}
//! ```
//!
//! The first user is an administrator. <http://127.0.0.1:8000/docs/> lists all operations.
//!
//! Each module has the models, the queries and the URLs of one thing. `router` includes them, like
//! Django's `urls.py`. `app` is what the modules share.

mod app;
mod attachments;
mod comments;
mod issues;
mod projects;
mod users;

use std::path::PathBuf;

use actix_cors::Cors;
use actix_web::middleware::Logger;
use actix_web::web;
pub(crate) use app::App;
use clap::Parser;
use dmr::{NotFound, OpenApi, Router, Settings};

const PAGE: &str = include_str!("page/index.html");
const DOCS: &str = include_str!("page/docs.html");

/// Serves an issue tracker.
#[derive(Parser)]
struct Arguments {
    /// The port to listen on.
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// The SQLite file.
    #[arg(long, default_value_os_t = std::env::temp_dir().join("dmr-tracker.sqlite"))]
    database: PathBuf,
    /// The origin of a page on another server that may use the API.
    #[arg(long, default_value = "http://localhost:5173")]
    origin: String,
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let arguments = Arguments::parse();
    // After a restart, everyone has to log in again: the secret is another one.
    let app = App::open(&arguments.database, rand::random()).await?;
    let cors = move || {
        Cors::default()
            .allowed_origin(&arguments.origin)
            .allow_any_method()
            .allow_any_header()
            .expose_headers(["ETag", "Location"])
    };
    dmr::serve(router(&app))
        .wrap(cors)
        .wrap(Logger::default)
        .configure(|server| {
            server
                .route("/", web::get().to(async || web::Html::new(PAGE)))
                .route("/docs/", web::get().to(async || web::Html::new(DOCS)));
        })
        .bind(("127.0.0.1", arguments.port))
        .await?;
    Ok(())
}

/// All URLs of the API.
pub(crate) fn router(app: &App) -> Router {
    let tokens = &app.tokens;
    Router::new("api/")
        .settings(Settings::new().openapi(OpenApi::new("Tracker", "1.0.0")))
        .state(app.clone())
        .auth([tokens.clone(), tokens.clone().cookie("session")])
        .include("", users::router(app))
        .include("projects/", projects::router(app))
        .not_found(NotFound::new(["api/"]))
}
