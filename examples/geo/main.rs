//! Places as a GeoJSON text sequence (RFC 8142): `cargo run --example geo`, then
//!
//! ```console
//! $ curl -s 'http://127.0.0.1:8000/api/places/?west=0&south=45&east=10&north=55' | tr -d '\036'
//! {"type":"Feature","geometry":{"type":"Point","coordinates":[2.3522,48.8566]},"properties":{"name":"Paris","population":2103000}}
//! {"type":"Feature","geometry":{"type":"Point","coordinates":[4.3517,50.8503]},"properties":{"name":"Brussels","population":1255000}}
//! ```

mod places;

use clap::Parser;
use dmr::{OpenApi, Router, Settings};
use places::Places;

/// Serves places.
#[derive(Parser)]
struct Arguments {
    /// The port to listen on.
    #[arg(long, default_value_t = 8000)]
    port: u16,
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let arguments = Arguments::parse();
    let router = Router::new("api/")
        .settings(Settings::new().openapi(OpenApi::new("Places", "1.0.0")))
        .route("places/", Places);
    dmr::serve(router)
        .bind(("127.0.0.1", arguments.port))
        .await?;
    Ok(())
}
