//! One endpoint for JSON, and one that streams.

use dmr::{Body, Controller, Headers, JsonLines, Query, Router, controller};
use futures_util::{StreamExt, stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, JsonSchema)]
struct NewUser {
    name: String,
    age: u32,
}

#[derive(Deserialize, JsonSchema)]
struct Options {
    notify: bool,
}

#[derive(Deserialize, JsonSchema)]
struct Tenant {
    #[serde(rename = "X-Tenant")]
    tenant: String,
}

#[derive(Serialize, JsonSchema)]
struct User {
    name: String,
    age: u32,
    notify: bool,
    tenant: String,
}

struct Users;

#[controller]
impl Controller for Users {
    async fn post(
        &self,
        Headers(Tenant { tenant }): Headers<Tenant>,
        Query(Options { notify }): Query<Options>,
        Body(NewUser { name, age }): Body<NewUser>,
    ) -> User {
        User {
            name,
            age,
            notify,
            tenant,
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct Event {
    id: u64,
}

struct Events;

#[controller]
impl Controller for Events {
    async fn get(&self) -> JsonLines<'_, Event> {
        JsonLines::new(stream::iter(0..10).map(|id| Event { id }))
    }
}

#[actix_web::main]
async fn main() -> Result<(), dmr::ServeError> {
    let router = Router::new("")
        .route("users/", Users)
        .route("events/", Events);
    dmr::serve(router).bind("127.0.0.1:8000").await
}
