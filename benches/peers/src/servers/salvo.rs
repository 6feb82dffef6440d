//! salvo, with its OpenAPI extractors and its own server-sent events. The handler writes the lines
//! itself, because salvo has no JSON Lines.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use salvo::oapi::extract::{JsonBody, QueryParam};
use salvo::oapi::{ToSchema, endpoint};
use salvo::prelude::*;
use salvo::sse::{self, SseEvent};
use serde::{Deserialize, Serialize};

use super::on_one_thread;
use crate::work::{self, Failure};

#[derive(Deserialize, ToSchema)]
struct NewUser {
    name: String,
    email: String,
    age: u32,
    tags: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct User {
    id: u64,
    name: String,
    email: String,
    age: u32,
    tags: Vec<String>,
    tenant: String,
}

#[endpoint]
async fn user(
    request: &mut Request,
    notify: QueryParam<bool, true>,
    new: JsonBody<NewUser>,
    response: &mut Response,
) {
    let NewUser {
        name,
        email,
        age,
        tags,
    } = new.into_inner();
    let id = if notify.into_inner() { 7 } else { 8 };
    let Some(tenant) = request.header("x-tenant") else {
        response.status_code(StatusCode::BAD_REQUEST);
        return;
    };
    response.status_code(StatusCode::CREATED);
    response.render(Json(User {
        id,
        name,
        email,
        age,
        tags,
        tenant,
    }));
}

#[handler]
async fn lines(request: &mut Request, response: &mut Response) {
    let count = request.query("n").unwrap_or(0);
    let body = work::events(count).map(|event| {
        let mut line = serde_json::to_string(&event)?;
        line.push('\n');
        Ok::<_, serde_json::Error>(Bytes::from(line))
    });
    let _ = response.add_header("content-type", "application/jsonl", true);
    response.stream(body);
}

#[handler]
async fn events(request: &mut Request, response: &mut Response) {
    let count = request.query("n").unwrap_or(0);
    sse::stream(
        response,
        work::events(count).map(|event| SseEvent::default().json(event)),
    );
}

#[handler]
async fn idle(response: &mut Response) {
    sse::stream(
        response,
        work::idle().map(|event| SseEvent::default().json(event)),
    );
}

#[handler]
async fn slow(request: &mut Request, response: &mut Response) {
    let count: u64 = request.query("n").unwrap_or(0);
    let body = stream::iter(0..count).then(|_| async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        SseEvent::default().json(crate::load::now())
    });
    sse::stream(response, body);
}

pub fn serve() -> Result<(), Failure> {
    on_one_thread(async |listener| {
        let router = Router::new()
            .push(Router::with_path("user").post(user))
            .push(Router::with_path("lines").get(lines))
            .push(Router::with_path("events").get(events))
            .push(Router::with_path("idle").get(idle))
            .push(Router::with_path("slow").get(slow));
        let acceptor = salvo::conn::tcp::TcpAcceptor::try_from(listener)?;
        Server::new(acceptor).serve(router).await;
        Ok(())
    })
}
