//! Hand-written actix-web at its best: a rejection lists everything that is wrong, and ready events
//! share a chunk of 16 KiB.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use serde::Serialize;
use serde_json::Value;

use super::by_hand;
use crate::work::{self, Count, Event, Failure, NewUser, Options, User};

const CHUNK: usize = 16 * 1024;

/// Writes events into chunks. No event waits for a chunk to fill.
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

async fn user(request: HttpRequest, options: web::Query<Options>, body: Bytes) -> HttpResponse {
    let Some(tenant) = by_hand::tenant(&request) else {
        return HttpResponse::BadRequest().json("the header X-Tenant is missing");
    };
    match serde_json::from_slice::<NewUser>(&body) {
        Ok(new) => HttpResponse::Created().json(User::new(new, &options, tenant)),
        Err(error) => HttpResponse::BadRequest().json(Rejection {
            detail: match serde_json::from_slice(&body) {
                Ok(body) => problems(&body),
                Err(_) => vec![Detail::new(error.to_string())],
            },
        }),
    }
}

#[derive(Serialize)]
struct Rejection {
    detail: Vec<Detail>,
}

#[derive(Serialize)]
struct Detail {
    msg: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl Detail {
    fn new(msg: String) -> Self {
        Self {
            msg,
            kind: "value_error",
        }
    }
}

/// Everything that is wrong with a body, in the words of dmr.
fn problems(body: &Value) -> Vec<Detail> {
    let mut problems = Vec::new();
    let fields = [
        ("name", "str"),
        ("email", "str"),
        ("age", "int"),
        ("tags", "array"),
    ];
    for (name, expected) in fields {
        let Some(value) = body.get(name) else {
            let text = format!("Object missing required field `{name}` - at `$.parsed_body`");
            problems.push(Detail::new(text));
            continue;
        };
        let got = word(value);
        if got != expected {
            let text = format!("Expected `{expected}`, got `{got}` - at `$.parsed_body.{name}`");
            problems.push(Detail::new(text));
        }
        if value.as_f64().is_some_and(|number| number < 0.0) {
            let text = format!("Expected `{got}` >= 0 - at `$.parsed_body.{name}`");
            problems.push(Detail::new(text));
        }
        for (index, tag) in value.as_array().into_iter().flatten().enumerate() {
            let got = word(tag);
            if got != "str" {
                let text =
                    format!("Expected `str`, got `{got}` - at `$.parsed_body.{name}[{index}]`");
                problems.push(Detail::new(text));
            }
        }
    }
    problems
}

fn word(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
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
    server_sent(by_hand::times(&count))
}

pub fn serve() -> Result<(), Failure> {
    by_hand::serve(|routes| {
        routes
            .route("/user", web::post().to(user))
            .route("/lines", web::get().to(get_lines))
            .route("/events", web::get().to(get_events))
            .route("/idle", web::get().to(idle))
            .route("/slow", web::get().to(slow));
    })
}
