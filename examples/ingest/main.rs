//! Writes a million lines into a database and reports progress: `cargo run --release --example
//! ingest`, and in another shell
//!
//! ```console
//! $ cargo run --release --example ingest -- send --lines 1000000
//! ```
//!
//! The client sends a file of JSON Lines. The server reads it line by line, writes the valid lines
//! to SQLite, and streams its progress back while the client still sends.

mod readings;
mod send;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use dmr::{OpenApi, Router, Settings};
use readings::Readings;

/// Receives readings of thermometers.
#[derive(Parser)]
struct Arguments {
    /// The port to listen on, or to send to.
    #[arg(long, default_value_t = 8000, global = true)]
    port: u16,
    /// The SQLite file. By default one below the directory for temporary files.
    #[arg(long)]
    database: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Sends a file to a running server.
    Send(send::Send),
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    if let Some(Command::Send(send)) = arguments.command {
        return send.run(arguments.port).await;
    }
    tracing_subscriber::fmt::init();
    let database = arguments
        .database
        .unwrap_or_else(|| std::env::temp_dir().join("dmr-ingest.sqlite"));
    let router = Router::new("api/")
        .settings(Settings::new().openapi(OpenApi::new("Ingest", "1.0.0")))
        .route("readings/", Readings::open(&database).await?);
    dmr::serve(router)
        .bind(("127.0.0.1", arguments.port))
        .await?;
    Ok(())
}
