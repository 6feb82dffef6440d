//! `?` on any error.

use std::num::ParseIntError;
use std::sync::atomic::{AtomicUsize, Ordering};

use dmr::component::InvalidItem;
use dmr::stream::format::JsonLines;
use dmr::test::TestClient;
use dmr::{
    AnyError, Body, BodyStream, Controller, Error, ErrorKind, ErrorResponses, Response,
    ResponseSpec, Router, Settings, StatusCode, controller,
};
use serde_json::Value;

#[derive(Debug, thiserror::Error, ErrorResponses)]
enum StoreError {
    #[error("there is no book {0}")]
    #[response(status = 404)]
    NoBook(u64),
    #[error("no connection")]
    #[response(internal)]
    Away,
}

#[derive(Debug, thiserror::Error, ErrorResponses)]
#[error("it is taken")]
enum TitleError {
    #[response(status = 409)]
    Taken,
}

/// The text of a body, read in different ways.
struct Numbers {
    seen: AtomicUsize,
}

#[controller]
impl Controller for Numbers {
    #[modify(responses = [ResponseSpec::error(StatusCode::CONFLICT)])]
    async fn post(&self, text: Body<String>) -> Result<u64, AnyError> {
        if text.0 == "busy" {
            Err(Error::msg(StatusCode::CONFLICT, "busy"))?;
        }
        Ok(text.parse()?)
    }

    async fn put(&self, text: Body<String>) -> Result<u64, AnyError<(StoreError, TitleError)>> {
        match text.as_str() {
            "none" => Err(StoreError::NoBook(7))?,
            "away" => Err(StoreError::Away)?,
            "taken" => Err(TitleError::Taken)?,
            "text" => Err("some text")?,
            number => Ok(number.parse()?),
        }
    }

    async fn patch(
        &self,
        text: Body<String>,
    ) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
        Ok(text.parse()?)
    }

    async fn handle_error(&self, error: &Error) -> Option<Response> {
        if error.downcast_ref::<ParseIntError>().is_some() {
            assert_eq!(error.kind(), ErrorKind::Internal);
            self.seen.fetch_add(1, Ordering::SeqCst);
        }
        None
    }
}

struct Items;

#[controller]
impl Controller for Items {
    async fn post(
        &self,
        mut items: BodyStream<u32, JsonLines>,
    ) -> Result<u32, AnyError<InvalidItem>> {
        let mut sum = 0;
        while let Some(item) = items.next().await {
            sum += item?;
        }
        Ok(sum)
    }
}

fn router() -> Router {
    let seen = AtomicUsize::new(0);
    Router::new("")
        .settings(Settings::new().debug(false))
        .route("numbers/", Numbers { seen })
        .route("items/", Items)
}

async fn answer(client: &TestClient, method: &str, text: &str) -> (u16, String) {
    let response = client.request(method, "/numbers/").json(text).send().await;
    let body = response.json::<Value>();
    let message = body["detail"][0]["msg"].as_str().unwrap_or_default();
    (response.status().as_u16(), message.to_owned())
}

#[actix_web::test]
async fn any_error_is_internal() {
    let client = TestClient::new(router()).await.expect("it is right");
    let internal = (500, "Internal server error".to_owned());
    for method in ["POST", "PUT", "PATCH"] {
        assert_eq!(answer(&client, method, "x").await, internal, "{method}");
        assert!(answer(&client, method, "7").await.0 < 300, "{method}");
    }
    assert_eq!(answer(&client, "PUT", "text").await, internal);
    assert_eq!(answer(&client, "POST", "busy").await.0, 409);
}

#[actix_web::test]
async fn declared_errors_keep_their_responses() {
    let client = TestClient::new(router()).await.expect("it is right");
    let not_found = (404, "there is no book 7".to_owned());
    assert_eq!(answer(&client, "PUT", "none").await, not_found);
    assert_eq!(
        answer(&client, "PUT", "taken").await,
        (409, "it is taken".to_owned())
    );
    assert_eq!(answer(&client, "PUT", "away").await.0, 500);

    let invalid = client
        .post("/items/")
        .body("application/jsonl", "1\nx\n")
        .send()
        .await;
    assert_eq!(invalid.status(), 400);
}

#[actix_web::test]
async fn handle_error_sees_the_cause() {
    let seen = AtomicUsize::new(0);
    let numbers = Numbers { seen };
    let numbers = std::sync::Arc::new(numbers);
    let error: AnyError = "x".parse::<u64>().expect_err("not a number").into();
    let _ = numbers.handle_error(&Error::from(error)).await;
    assert_eq!(numbers.seen.load(Ordering::SeqCst), 1);
}

#[test]
fn declared_errors_are_documented() {
    let api = router().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    let responses = &document["paths"]["/numbers/"]["put"]["responses"];
    assert!(responses["404"].is_object());
    assert!(responses["409"].is_object());
    let responses = &document["paths"]["/numbers/"]["post"]["responses"];
    assert!(responses["404"].is_null());
}
