//! A chat over server-sent events: `cargo run --example chat`, then open <http://127.0.0.1:8000/>
//! in two windows.
//!
//! ```console
//! $ curl -N http://127.0.0.1:8000/api/messages/stream/ &
//! $ curl http://127.0.0.1:8000/api/messages/ --json '{"name":"Ada","text":"Hello"}'
//! {"id":1}
//! id: 1
//! event: message
//! data: {"name":"Ada","text":"Hello"}
//! ```
//!
//! A browser that loses its connection reconnects with the id of the last message that it has seen,
//! and gets the messages that it has missed. The messages are kept in a file, so this works even
//! after a restart of the server.

mod history;
mod messages;
mod page;

use std::path::PathBuf;

use clap::Parser;
use dmr::stream::Replay;
use dmr::{OpenApi, Router, Settings};
use history::History;
use messages::{MessageStream, Messages};
use page::Page;

/// Serves a chat.
#[derive(Parser)]
struct Arguments {
    /// The port to listen on.
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// The file of the messages. By default one below the directory for temporary files.
    #[arg(long)]
    history: Option<PathBuf>,
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let arguments = Arguments::parse();
    let path = arguments
        .history
        .unwrap_or_else(|| std::env::temp_dir().join("dmr-chat.jsonl"));
    let chat = Replay::with_store(History::open(&path)?);

    let router = Router::new("")
        .settings(Settings::new().openapi(OpenApi::new("Chat", "1.0.0")))
        .route("", Page)
        .route("api/messages/", Messages(chat.clone()))
        .route("api/messages/stream/", MessageStream(chat));
    dmr::serve(router)
        .bind(("127.0.0.1", arguments.port))
        .await?;
    Ok(())
}
