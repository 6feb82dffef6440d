//! Error models of applications, and enums of errors.

use super::*;

#[derive(Serialize, JsonSchema)]
struct Numbered {
    messages: Vec<String>,
}

impl ErrorBody for Numbered {
    fn from_error(error: &Error) -> Self {
        let messages = error.details().iter().map(|detail| detail.msg.clone());
        Self {
            messages: messages.collect(),
        }
    }

    fn header_specs() -> Vec<(&'static str, HeaderSpec)> {
        vec![("X-Err", HeaderSpec::new())]
    }

    fn headers(&self) -> HeaderMap {
        let count = HeaderValue::from(self.messages.len());
        HeaderMap::from_iter([(HeaderName::from_static("x-err"), count)])
    }
}

struct WithHeader;

#[controller(responses = [ResponseSpec::error(StatusCode::CONFLICT)])]
impl Controller for WithHeader {
    type ErrorModel = Numbered;

    async fn get(&self, _: Query<Two>) -> i64 {
        1
    }

    async fn put(&self) -> Result<i64, Error> {
        Err(Error::msg(StatusCode::CONFLICT, "taken"))
    }

    #[modify(responses = [ResponseSpec::new::<Numbered>(StatusCode::GONE).header("X-Err", HeaderSpec::new())])]
    async fn post(&self) -> Result<i64, Error> {
        Err(Error::new(
            StatusCode::GONE,
            Numbered {
                messages: Vec::new(),
            },
        ))
    }
}

#[test]
fn er_16_an_error_model_with_a_header() {
    let server = Server::of(WithHeader);
    let response = server.get("/x/?a=x&b=1");
    assert_json(
        &response,
        400,
        "{\"messages\":[\"Expected `int`, got `str` - at `$.parsed_query.a`\"]}",
    );
    assert_eq!(response.header("x-err"), "1");
    let response = server.call("PUT", &[]);
    assert_json(&response, 409, r#"{"messages":["taken"]}"#);
    assert_eq!(response.header("x-err"), "1");
    // Without the header, the response breaks its declaration.
    assert_json(
        &server.call("POST", &[]),
        422,
        r#"{"messages":["Response has missing required {'x-err'} headers"]}"#,
    );
    let document = server.get("/docs/openapi.json").body;
    let document: serde_json::Value = serde_json::from_str(&document).expect("JSON");
    let of_400 = &document["paths"]["/x/"]["get"]["responses"]["400"];
    assert_eq!(
        of_400["headers"],
        serde_json::json!({"X-Err": {"required": true, "schema": {"type": "string"}}})
    );
}

#[derive(Debug, thiserror::Error, ErrorResponses)]
enum StoreError {
    /// There is no such book.
    #[error("there is no book {0}")]
    #[response(status = 404)]
    NotFound(u64),
    #[error("the book is lent")]
    #[response(status = StatusCode::CONFLICT, error_type = "lent")]
    Lent,
    #[error("the book is damaged")]
    #[response(status = 409, description = "It is being repaired.")]
    Damaged,
    #[error("the limit is reached")]
    #[response(status = 402, data)]
    Limit(Limit),
    #[error("the disk failed")]
    #[response(internal)]
    Disk,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Limit {
    limit: u8,
}

struct Store;

#[controller]
impl Controller for Store {
    async fn get(&self) -> Result<i64, StoreError> {
        Err(StoreError::NotFound(7))
    }

    async fn put(&self) -> Result<i64, StoreError> {
        Err(StoreError::Lent)
    }

    async fn post(&self) -> Result<i64, StoreError> {
        Err(StoreError::Limit(Limit { limit: 3 }))
    }

    async fn patch(&self) -> Result<i64, StoreError> {
        Err(StoreError::Damaged)
    }

    async fn delete(&self) -> Result<i64, StoreError> {
        Err(StoreError::Disk)
    }

    async fn handle_error(&self, error: &Error) -> Option<Response> {
        // Variants with a response are already answers. The handler sees this one as the enum.
        matches!(error.downcast_ref()?, StoreError::Disk)
            .then(|| Response::new(StatusCode::NOT_FOUND, ErrorModel::msg("gone with the disk")))
    }
}

/// An enum whose variants document their responses.
#[test]
fn error_enums() {
    let server = Server::of(Store);
    assert_json(
        &server.get("/x/"),
        404,
        r#"{"detail":[{"msg":"there is no book 7"}]}"#,
    );
    assert_json(
        &server.call("PUT", &[]),
        409,
        &error("the book is lent", "lent"),
    );
    assert_json(&server.call("POST", &[]), 402, r#"{"limit":3}"#);
    assert_json(
        &server.call("PATCH", &[]),
        409,
        r#"{"detail":[{"msg":"the book is damaged"}]}"#,
    );
    assert_json(
        &server.call("DELETE", &[]),
        404,
        r#"{"detail":[{"msg":"gone with the disk"}]}"#,
    );
    let document: serde_json::Value =
        serde_json::from_str(&server.get("/docs/openapi.json").body).expect("JSON");
    let responses = document["paths"]["/x/"]["get"]["responses"]
        .as_object()
        .expect("a map");
    let described: Vec<(&str, &str)> = responses
        .iter()
        .map(|(status, response)| {
            (
                status.as_str(),
                response["description"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        described,
        [
            ("200", "OK"),
            ("404", "There is no such book."),
            ("409", "It is being repaired."),
            ("402", "Payment Required"),
            (
                "422",
                "Raised when returned response does not match the response schema"
            ),
            (
                "406",
                "Raised when provided `Accept` header cannot be satisfied"
            ),
        ]
    );
    assert_eq!(
        responses["402"]["content"]["application/json"]["schema"]["$ref"],
        "#/components/schemas/Limit"
    );
}
