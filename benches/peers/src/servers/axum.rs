//! axum, with its own server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Json, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};

use super::on_one_thread;
use crate::work::{self, Count, Failure, NewUser, Options, User};

async fn user(
    headers: HeaderMap,
    Query(options): Query<Options>,
    Json(new): Json<NewUser>,
) -> Response {
    let Some(tenant) = headers
        .get("x-tenant")
        .and_then(|value| value.to_str().ok())
    else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let user = User::new(new, &options, tenant.to_owned());
    (StatusCode::CREATED, Json(user)).into_response()
}

async fn lines(Query(count): Query<Count>) -> Response {
    let lines = work::events(count.n).map(|event| {
        let mut line = serde_json::to_string(&event)?;
        line.push('\n');
        Ok::<_, serde_json::Error>(Bytes::from(line))
    });
    (
        [(header::CONTENT_TYPE, "application/jsonl")],
        Body::from_stream(lines),
    )
        .into_response()
}

type Events<S> = Sse<S>;

async fn events(
    Query(count): Query<Count>,
) -> Events<impl Stream<Item = Result<Event, axum::Error>>> {
    Sse::new(work::events(count.n).map(|event| Event::default().json_data(event)))
}

async fn idle() -> Events<impl Stream<Item = Result<Event, axum::Error>>> {
    Sse::new(work::idle().map(|event| Event::default().json_data(event)))
}

async fn slow(Query(count): Query<Count>) -> Events<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(stream::iter(0..count.n).then(|_| async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        Ok(Event::default().data(crate::load::now().to_string()))
    }))
}

pub fn serve() -> Result<(), Failure> {
    on_one_thread(async |listener| {
        let app = axum::Router::new()
            .route("/user", post(user))
            .route("/lines", get(lines))
            .route("/events", get(events))
            .route("/idle", get(idle))
            .route("/slow", get(slow));
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        Ok(axum::serve(listener, app).await?)
    })
}
