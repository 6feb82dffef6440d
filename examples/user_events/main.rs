//! Streams of events as JSON Lines: `cargo run --example user_events`, then
//!
//! ```console
//! $ curl http://127.0.0.1:8000/api/user/events/
//! {"email":"first@example.com"}
//! {"email":"second@example.com"}
//! ```

mod faulty;
mod files;
mod resume;
mod secure;
mod user;

use std::path::PathBuf;

use clap::Parser;
use dmr::{OpenApi, Router, Settings};

/// Serves streams of user events.
#[derive(Parser)]
struct Arguments {
    /// The port to listen on.
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// The directory whose JSON Lines files are served.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data"))]
    data: PathBuf,
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let arguments = Arguments::parse();

    let settings = Settings::new().openapi(OpenApi::new("User events", "1.0.0"));
    let jwt = secure::jwt(settings.is_debug())?;
    let api = Router::new("api/")
        .settings(settings)
        .route("user/events/", user::UserEvents)
        .route("user/validated/", user::ValidatedUserEvents)
        .route("user/resume/", resume::ResumableEvents)
        .route("user/secure/", secure::SecureEvents { jwt })
        .route("user/faulty/", faulty::FaultyEvents)
        .route("files/lines/", files::FileLines::below(&arguments.data)?);
    dmr::serve(api).bind(("127.0.0.1", arguments.port)).await?;
    Ok(())
}
