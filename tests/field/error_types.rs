//! Error types that know their responses.

use dmr::http::StatusCode;
use dmr::{Controller, Error, ErrorResponses, Path, Router, Settings, controller};
use serde_json::Value;

use crate::client::{get, send, serve};

#[derive(Debug, thiserror::Error, ErrorResponses)]
enum StoreError {
    /// There is no such book.
    #[error("there is no book {0}")]
    #[response(status = 404)]
    Missing(u64),

    #[error("there is one already")]
    #[response(status = 409)]
    Duplicate,
}

#[derive(Debug, thiserror::Error, ErrorResponses)]
enum BookError {
    #[error(transparent)]
    #[response(transparent)]
    Store(#[from] StoreError),

    /// Somebody else has changed the book.
    #[error("it has changed")]
    #[response(status = 412)]
    Changed,

    #[error("{0}")]
    #[response(transparent)]
    Other(Error),
}

fn store(id: u64) -> Result<String, StoreError> {
    match id {
        404 => Err(StoreError::Missing(id)),
        409 => Err(StoreError::Duplicate),
        _ => Ok("a book".to_owned()),
    }
}

struct Book;

#[controller]
impl Controller for Book {
    #[modify(error_responses = [StatusCode::NOT_FOUND])]
    async fn get(&self, id: Path<u64>) -> Result<String, StoreError> {
        store(*id)
    }

    async fn put(&self, id: Path<u64>) -> Result<String, BookError> {
        match *id {
            412 => Err(BookError::Changed),
            418 => Err(BookError::Other(Error::msg(
                StatusCode::NOT_FOUND,
                "no tea",
            ))),
            id => Ok(store(id)?),
        }
    }
}

fn router() -> Router {
    Router::new("")
        .settings(Settings::new().debug(false))
        .route("{id}/", Book)
}

fn statuses(verb: &str) -> Vec<String> {
    let api = router().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("it is JSON");
    let responses = document["paths"]["/{id}/"][verb]["responses"].as_object();
    let mut statuses: Vec<String> = responses.expect("they are there").keys().cloned().collect();
    statuses.sort();
    statuses
}

#[test]
fn an_error_type_has_the_responses_of_another_one() {
    assert_eq!(
        statuses("put"),
        ["200", "400", "404", "406", "409", "412", "422"]
    );
    let address = serve(router());
    let put = |id: &str| {
        let response = send(&address, "PUT", &format!("/{id}/"), &[]);
        (response.status, response.body)
    };
    assert_eq!(put("1"), (200, "\"a book\"".to_owned()));
    assert_eq!(
        put("409"),
        (
            409,
            r#"{"detail":[{"msg":"there is one already"}]}"#.to_owned()
        )
    );
    assert_eq!(put("412").0, 412);
    assert_eq!(
        put("418"),
        (404, r#"{"detail":[{"msg":"no tea"}]}"#.to_owned())
    );
}

#[test]
fn an_endpoint_narrows_the_responses_of_its_error_type() {
    assert_eq!(statuses("get"), ["200", "400", "404", "406", "422"]);
    let address = serve(router());
    assert_eq!(get(&address, "/404/").status, 404);
    let undeclared = get(&address, "/409/");
    assert_eq!(undeclared.status, 422);
    assert_eq!(
        undeclared.body,
        r#"{"detail":[{"msg":"Returned status code 409 is not specified in the list of allowed status codes: [200, 404, 400, 422, 406]","type":"value_error"}]}"#
    );
}
