//! Users can write what dmr can: a query, a body and a format of streams, with only the public API.
//! The document lists them, and their errors are reported together.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod openapi;

use client::{send_body, serve};
use dmr::component::{
    Component, Description, Location, Model, Pairs, PreparedBody, Rejection, TextModel, Unbuildable,
};
use dmr::serializer::{SerializeError, Serializer};
use dmr::stream::Events;
use dmr::stream::format::Format;
use dmr::{Controller, Request, Router, Settings, controller};
use futures_util::stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A query whose names may have a prefix: `?filter.name=x`.
struct Filter<T>(T);

impl<T: Model> Component for Filter<T> {
    type Prepared = TextModel;

    fn describe(description: &mut Description<'_>) -> Result<TextModel, Unbuildable> {
        description.text_model::<T>(Location::Query)
    }

    async fn extract(model: &TextModel, request: &mut Request) -> Result<Self, Rejection> {
        let mut pairs = Pairs::default();
        for pair in request.head().query().split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = name.strip_prefix("filter.").unwrap_or(name);
            pairs.push(name.into(), value.into());
        }
        model.read(pairs).map(Self).map_err(Rejection::Invalid)
    }
}

/// A body that records its length.
struct Measured<T> {
    value: T,
    length: usize,
}

impl<T: Model> Component for Measured<T> {
    type Prepared = PreparedBody;

    fn describe(description: &mut Description<'_>) -> Result<PreparedBody, Unbuildable> {
        description.body_model::<T>()
    }

    async fn extract(body: &PreparedBody, request: &mut Request) -> Result<Self, Rejection> {
        let value = body.read(request).await?;
        // The body has been read: all components see the same bytes.
        let length = request.content(1024).await?.len();
        Ok(Self { value, length })
    }
}

/// JSON documents with a full stop between them.
#[derive(Default)]
struct Stops;

impl Format for Stops {
    const MEDIA_TYPE: &'static str = "application/vnd.example.stops";
    const NAME: &'static str = "stops";

    fn frame<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        S::default().render(event, out)?;
        out.push(b'.');
        Ok(())
    }
}

#[derive(Deserialize, JsonSchema)]
struct Name {
    #[schemars(length(min = 2))]
    name: String,
}

#[derive(Deserialize, JsonSchema)]
struct Order {
    #[schemars(range(min = 1))]
    count: u64,
}

#[derive(Serialize, JsonSchema)]
struct Placed {
    name: String,
    count: u64,
    length: usize,
}

struct Orders;

#[controller]
impl Controller for Orders {
    async fn post(
        &self,
        Filter(filter): Filter<Name>,
        order: Measured<Order>,
    ) -> Events<'_, Placed, Stops> {
        let placed = Placed {
            name: filter.name,
            count: order.value.count,
            length: order.length,
        };
        Events::new(stream::iter([placed]))
    }
}

fn router() -> Router {
    Router::new("")
        .settings(Settings::new().debug(false))
        .route("orders/", Orders)
}

#[test]
fn they_read_and_write() {
    let address = serve(router());
    let send = |path: &str, body: &str| {
        let headers = [("Content-Type", "application/json")];
        send_body(&address, "POST", path, &headers, body.as_bytes())
    };
    let response = send("/orders/?filter.name=Emma", r#"{"count":2}"#);
    assert_eq!(response.status, 200);
    assert_eq!(
        response.header("content-type"),
        "application/vnd.example.stops"
    );
    assert_eq!(response.body, r#"{"name":"Emma","count":2,"length":11}."#);

    let response = send("/orders/?filter.name=E", r#"{"count":0}"#);
    assert_eq!(response.status, 400);
    let errors: Value = serde_json::from_str(&response.body).expect("JSON");
    let texts: Vec<&Value> = errors["detail"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|detail| &detail["msg"])
        .collect();
    assert_eq!(
        texts,
        [
            "Expected `str` of length >= 2 - at `$.parsed_query.name`",
            "Expected `int` >= 1 - at `$.parsed_body.count`",
        ]
    );
}

#[test]
fn they_are_in_the_document() {
    let api = router().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    openapi::assert_valid(&document);
    let operation = &document["paths"]["/orders/"]["post"];
    assert_eq!(
        operation["parameters"],
        json!([{
            "name": "name",
            "in": "query",
            "schema": {"type": "string", "minLength": 2},
            "required": true,
            "deprecated": false,
        }])
    );
    assert_eq!(
        operation["requestBody"]["content"],
        json!({"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}})
    );
    assert_eq!(
        operation["responses"]["200"]["content"],
        json!({
            "application/vnd.example.stops": {
                "itemSchema": {"$ref": "#/components/schemas/Placed"},
            },
        })
    );
}
