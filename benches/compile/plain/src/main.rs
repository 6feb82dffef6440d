//! Resources with five verbs each.

mod all;
mod routes;

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{App, HttpResponse, HttpServer, ResponseError};

/// What can go wrong.
#[derive(Debug)]
pub(crate) enum StoreError {
    Missing(u64),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Missing(id) = self;
        write!(f, "there is no item {id}")
    }
}

impl ResponseError for StoreError {
    fn status_code(&self) -> StatusCode {
        StatusCode::NOT_FOUND
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::NotFound().json(self.to_string())
    }
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new().configure(routes::routes))
        .bind("127.0.0.1:8000")?
        .run()
        .await
}
