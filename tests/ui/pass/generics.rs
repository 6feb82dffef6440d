//! A generic controller with bounds.

use std::fmt::Display;
use std::marker::PhantomData;

use dmr::serializer::{SerdeJson, Serializer};
use dmr::{Controller, ErrorModel, JsonLines, Router, controller};
use schemars::JsonSchema;
use serde::Serialize;

trait Convert: Send + Sync + 'static {
    type Output: Serialize + JsonSchema + Display + Clone + Send + Sync + 'static;

    fn convert(&self, input: &str) -> Self::Output;
}

struct Length;

impl Convert for Length {
    type Output = usize;

    fn convert(&self, input: &str) -> usize {
        input.len()
    }
}

struct Reusable<S, R> {
    convert: R,
    serializer: PhantomData<fn() -> S>,
}

#[controller]
impl<S: Serializer, R> Controller for Reusable<S, R>
where
    R: Convert,
{
    type Serializer = S;
    type ErrorModel = ErrorModel;

    async fn get(&self) -> R::Output {
        self.convert.convert("four")
    }

    async fn post(&self) -> Result<JsonLines<'_, R::Output>, dmr::Error> {
        let output = self.convert.convert("four");
        Ok(dmr::stream::events! { yield output; })
    }
}

fn main() {
    let controller = Reusable::<SerdeJson, Length> {
        convert: Length,
        serializer: PhantomData,
    };
    assert!(Router::new("").route("length/", controller).build().is_ok());
}
