//! actix-web by hand, as well as it can be done: ready events share a chunk of 16 KiB.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;

use super::listener;
use crate::work::{self, Count, Event, Failure, NewUser, Options, User};

const CHUNK: usize = 16 * 1024;

/// Writes events into chunks. Nothing waits for a chunk to fill.
struct Chunks<S> {
    events: S,
    before: &'static [u8],
    after: &'static [u8],
}

impl<T: Serialize, S: Stream<Item = T> + Unpin> Stream for Chunks<S> {
    type Item = Result<Bytes, actix_web::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut buffer = Vec::new();
        loop {
            match Pin::new(&mut self.events).poll_next(cx) {
                Poll::Ready(Some(event)) => {
                    if buffer.is_empty() {
                        buffer.reserve(CHUNK + 512);
                    }
                    buffer.extend_from_slice(self.before);
                    serde_json::to_writer(&mut buffer, &event)?;
                    buffer.extend_from_slice(self.after);
                    if buffer.len() >= CHUNK {
                        return Poll::Ready(Some(Ok(buffer.into())));
                    }
                }
                Poll::Ready(None) if buffer.is_empty() => return Poll::Ready(None),
                Poll::Pending if buffer.is_empty() => return Poll::Pending,
                _ => return Poll::Ready(Some(Ok(buffer.into()))),
            }
        }
    }
}

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

fn lines<T: Serialize + 'static>(events: impl Stream<Item = T> + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/jsonl")
        .streaming(Chunks {
            events: events.boxed_local(),
            before: b"",
            after: b"\n",
        })
}

fn server_sent<T: Serialize + 'static>(events: impl Stream<Item = T> + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("Cache-Control", "no-cache"))
        .streaming(Chunks {
            events: events.boxed_local(),
            before: b"data: ",
            after: b"\r\n\r\n",
        })
}

async fn get_lines(count: web::Query<Count>) -> HttpResponse {
    lines(work::events(count.n))
}

async fn get_events(count: web::Query<Count>) -> HttpResponse {
    server_sent(work::events(count.n))
}

async fn idle() -> HttpResponse {
    server_sent::<Event>(work::idle())
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
                .route("/lines", web::get().to(get_lines))
                .route("/events", web::get().to(get_events))
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
