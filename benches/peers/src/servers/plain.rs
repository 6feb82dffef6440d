//! actix-web as most people write it: a rejection states the first thing that is wrong, and each
//! event is a chunk.

use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use serde::Serialize;

use super::by_hand;
use crate::work::{self, Count, Failure, NewUser, Options, User};

async fn user(
    request: HttpRequest,
    options: web::Query<Options>,
    new: web::Json<NewUser>,
) -> HttpResponse {
    let Some(tenant) = by_hand::tenant(&request) else {
        return HttpResponse::BadRequest().json("the header X-Tenant is missing");
    };
    HttpResponse::Created().json(User::new(new.into_inner(), &options, tenant))
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
    server_sent(by_hand::times(&count))
}

pub fn serve() -> Result<(), Failure> {
    by_hand::serve(|routes| {
        routes
            .route("/user", web::post().to(user))
            .route("/lines", web::get().to(lines))
            .route("/events", web::get().to(events))
            .route("/idle", web::get().to(idle))
            .route("/slow", web::get().to(slow));
    })
}
