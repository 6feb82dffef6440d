//! Resources with five verbs each.

mod all;
mod routes;

use poem::listener::TcpListener;
use poem_openapi::payload::PlainText;
use poem_openapi::{ApiResponse, OpenApiService};

/// What can go wrong.
#[derive(ApiResponse)]
pub(crate) enum StoreError {
    /// There is no such item.
    #[oai(status = 404)]
    NotFound(PlainText<String>),
}

impl StoreError {
    #[allow(non_snake_case)]
    pub(crate) fn Missing(id: u64) -> Self {
        Self::NotFound(PlainText(format!("there is no item {id}")))
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let service = OpenApiService::new(routes::routes(), "Items", "1.0");
    let document = service.spec_endpoint();
    let routes = poem::Route::new()
        .nest("/", service)
        .nest("/openapi.json", document);
    poem::Server::new(TcpListener::bind("127.0.0.1:8000"))
        .run(routes)
        .await
}
