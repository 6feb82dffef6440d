//! actix-web as most people write it: one chunk for each event.

use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;

use super::listener;
use crate::work::{self, Count, Failure, NewUser, Options, User};

async fn user(
    request: HttpRequest,
    options: web::Query<Options>,
    new: web::Json<NewUser>,
) -> HttpResponse {
    let tenant = request
        .headers()
        .get("x-tenant")
        .and_then(|value| value.to_str().ok());
    let Some(tenant) = tenant else {
        return HttpResponse::BadRequest().json("the header X-Tenant is missing");
    };
    HttpResponse::Created().json(User::new(new.into_inner(), &options, tenant.to_owned()))
}

async fn lines(count: web::Query<Count>) -> HttpResponse {
    let lines = work::events(count.n).map(|event| {
        let mut line = serde_json::to_string(&event)?;
        line.push('\n');
        Ok::<_, actix_web::Error>(Bytes::from(line))
    });
    HttpResponse::Ok()
        .content_type("application/jsonl")
        .streaming(lines)
}

fn server_sent<T: Serialize + 'static>(events: impl Stream<Item = T> + 'static) -> HttpResponse {
    let events = events.map(|event| {
        let data = serde_json::to_string(&event)?;
        Ok::<_, actix_web::Error>(Bytes::from(format!("data: {data}\n\n")))
    });
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("Cache-Control", "no-cache"))
        .streaming(events)
}

async fn events(count: web::Query<Count>) -> HttpResponse {
    server_sent(work::events(count.n))
}

async fn idle() -> HttpResponse {
    server_sent(work::idle())
}

async fn slow(count: web::Query<Count>) -> HttpResponse {
    server_sent(stream::iter(0..count.n).then(async |_| {
        tokio::time::sleep(Duration::from_millis(5)).await;
        super::super::load::now()
    }))
}

pub fn serve() -> Result<(), Failure> {
    let listener = listener()?;
    actix_web::rt::System::new().block_on(async {
        HttpServer::new(|| {
            App::new()
                .route("/user", web::post().to(user))
                .route("/lines", web::get().to(lines))
                .route("/events", web::get().to(events))
                .route("/idle", web::get().to(idle))
                .route("/slow", web::get().to(slow))
        })
        .workers(1)
        .tcp_nodelay(true)
        .listen(listener)?
        .run()
        .await
    })?;
    Ok(())
}
