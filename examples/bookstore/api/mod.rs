//! The controllers.

mod authors;
mod books;
mod covers;
mod export;

pub(crate) use authors::{AuthorDetail, AuthorList};
pub(crate) use books::{BookDetail, BookList};
pub(crate) use covers::Covers;
pub(crate) use export::BookExport;

use dmr::http::{HeaderValue, header::LOCATION};
use dmr::{HeaderSpec, ProblemDetails, Response, ResponseSpec, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

/// A 201 with the new resource and its `Location`.
fn created(body: impl Serialize + JsonSchema + Send + Sync + 'static, path: String) -> Response {
    let response = Response::new(StatusCode::CREATED, body);
    match HeaderValue::try_from(path) {
        Ok(path) => response.header(LOCATION, path),
        Err(_) => response,
    }
}

/// The declaration of [`created`].
fn created_spec<T: JsonSchema>() -> ResponseSpec {
    ResponseSpec::new::<T>(StatusCode::CREATED).header(LOCATION.as_str(), HeaderSpec::new())
}

/// The body of all errors.
type Problem = ProblemDetails;
