//! A custom error model, with the crate under another name.

use facade::framework::{Controller, Error, ErrorModel, Router, controller};
use schemars::JsonSchema;
use serde::Serialize;

mod facade {
    pub use dmr as framework;
}

#[derive(Serialize, JsonSchema)]
struct Problem {
    title: String,
}

impl From<ErrorModel> for Problem {
    fn from(model: ErrorModel) -> Self {
        let titles: Vec<String> = model.detail.into_iter().map(|detail| detail.msg).collect();
        Self { title: titles.join("; ") }
    }
}

struct Users;

#[controller(crate = facade::framework)]
impl Controller for Users {
    type ErrorModel = Problem;

    async fn get(&self) -> Result<u32, Error> {
        Err(Error::internal("out of order"))
    }

    async fn handle_error(&self, _: &Error) -> Option<facade::framework::Response> {
        None
    }
}

fn main() {
    assert!(Router::new("").route("users/", Users).build().is_ok());
}
