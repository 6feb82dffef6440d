//! Resources with five verbs each.

mod all;
mod routes;

use dmr::{Error, ErrorModel, ErrorResponses, ResponseSpec, StatusCode};

/// What can go wrong.
pub(crate) enum StoreError {
    Missing(u64),
}

impl From<StoreError> for Error {
    fn from(StoreError::Missing(id): StoreError) -> Self {
        Error::new(
            StatusCode::NOT_FOUND,
            ErrorModel::msg(format!("there is no item {id}")),
        )
    }
}

impl ErrorResponses for StoreError {
    fn responses() -> Vec<ResponseSpec> {
        vec![ResponseSpec::error(StatusCode::NOT_FOUND)]
    }
}

#[actix_web::main]
async fn main() -> Result<(), dmr::ServeError> {
    dmr::serve(routes::router()).bind("127.0.0.1:8000").await
}
