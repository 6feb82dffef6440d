//! Any request body, in each format: an answer below 500, and no panic.

#![no_main]

#[path = "../../tests/framing/bytes.rs"]
mod bytes;

use std::marker::PhantomData;
use std::sync::LazyLock;

use self::bytes::pieces;
use dmr::adapter::{RequestBodyError, RequestHead};
use dmr::component::{BodyStream, ItemReport};
use dmr::stream::ItemFormat;
use dmr::stream::format::{Csv, JsonLines, JsonSeq, Sse};
use dmr::{Api, Controller, Error, Request, Router, Settings, controller};
use futures_util::{FutureExt, StreamExt};
use libfuzzer_sys::fuzz_target;
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Deserialize, JsonSchema)]
struct Item {
    #[schemars(length(max = 5))]
    text: String,
    #[schemars(range(min = 0, max = 9))]
    number: Option<i64>,
}

struct Items<F>(PhantomData<fn() -> F>);

#[controller(max_item_size = 64)]
impl<F: ItemFormat> Controller for Items<F> {
    async fn put(&self, mut items: BodyStream<Item, F>) -> Result<ItemReport, Error> {
        let mut report = ItemReport::default();
        while let Some(item) = items.next_valid(&mut report).await? {
            assert!(item.text.chars().count() <= 5);
            assert!(item.number.is_none_or(|number| (0..=9).contains(&number)));
        }
        Ok(report)
    }
}

static API: LazyLock<Api> = LazyLock::new(|| {
    Router::new("")
        .settings(Settings::new().debug(false))
        .route("lines", Items::<JsonLines>(PhantomData))
        .route("sequence", Items::<JsonSeq>(PhantomData))
        .route("table", Items::<Csv>(PhantomData))
        .route("events", Items::<Sse>(PhantomData))
        .build()
        .expect("it is right")
});

struct Put;

impl RequestHead for Put {
    fn method(&self) -> &str {
        "PUT"
    }

    fn path(&self) -> &str {
        "/"
    }

    fn path_parameter(&self, _: &str) -> Option<&str> {
        None
    }

    fn query(&self) -> &str {
        ""
    }

    fn header(&self, _: &str) -> Option<&[u8]> {
        None
    }

    fn header_values<'h>(&'h self, _: &str, _: &mut dyn FnMut(&'h [u8])) {}

    fn headers(&self, _: &mut dyn FnMut(&str, &[u8])) {}
}

fuzz_target!(|input: (u8, &[u8])| {
    let (length, bytes) = input;
    for route in API.routes() {
        let body = pieces(bytes, length.into()).map(|piece| piece.map_err(RequestBodyError::new));
        let request = Request::new(Put).body(body.boxed_local());
        let response = route.call(request).now_or_never().expect("it never waits");
        let (status, _, _, body) = response.into_parts();
        let body = body.into_bytes().unwrap_or_default();
        let body = String::from_utf8_lossy(&body);
        assert!(status.as_u16() < 500 && status != 422, "{status} {body}");
    }
});
