//! dmr: typed, documented, validated.

use std::time::Duration;

use ::dmr::stream::events;
use ::dmr::{Body, Controller, Headers, JsonLines, Query, Router, Settings, Sse, controller};
use futures_util::{StreamExt, stream};
use schemars::JsonSchema;
use serde::Deserialize;

use super::listener;
use crate::work::{self, CheckedEvent, Count, Event, Failure, NewUser, Options, User};

#[derive(Deserialize, JsonSchema)]
struct Tenant {
    #[serde(rename = "X-Tenant")]
    tenant: String,
}

struct Users;

#[controller]
impl Controller for Users {
    async fn post(
        &self,
        Headers(tenant): Headers<Tenant>,
        Query(options): Query<Options>,
        Body(new): Body<NewUser>,
    ) -> User {
        User::new(new, &options, tenant.tenant)
    }
}

struct Lines;

#[controller]
impl Controller for Lines {
    async fn get(&self, count: Query<Count>) -> JsonLines<'_, Event> {
        JsonLines::new(work::events(count.n))
    }
}

struct Checked;

#[controller]
impl Controller for Checked {
    async fn get(&self, count: Query<Count>) -> JsonLines<'_, CheckedEvent> {
        JsonLines::new(stream::iter(0..count.n).map(|id| CheckedEvent {
            id,
            email: String::from("someone@example.com"),
            active: true,
        }))
    }
}

struct Events;

#[controller]
impl Controller for Events {
    async fn get(&self, count: Query<Count>) -> Sse<'_, Event> {
        Sse::new(work::events(count.n))
    }
}

struct Idle;

#[controller]
impl Controller for Idle {
    async fn get(&self) -> Sse<'_, Event> {
        Sse::new(work::idle())
    }
}

struct Slow;

#[controller]
impl Controller for Slow {
    async fn get(&self, count: Query<Count>) -> Sse<'_, u64> {
        events! {
            for _ in 0..count.n {
                tokio::time::sleep(Duration::from_millis(5)).await;
                yield super::super::load::now();
            }
        }
    }
}

pub fn serve() -> Result<(), Failure> {
    let router = Router::new("")
        .settings(Settings::new().debug(false))
        .route("user", Users)
        .route("lines", Lines)
        .route("checked", Checked)
        .route("events", Events)
        .route("idle", Idle)
        .route("slow", Slow);
    let server = ::dmr::serve(router).workers(1).listen(listener()?);
    actix_web::rt::System::new().block_on(async { server.await })?;
    Ok(())
}
