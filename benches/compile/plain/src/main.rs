//! One endpoint for JSON, and one that streams.

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct NewUser {
    name: String,
    age: u32,
}

#[derive(Deserialize)]
struct Options {
    notify: bool,
}

#[derive(Serialize)]
struct User {
    name: String,
    age: u32,
    notify: bool,
    tenant: String,
}

async fn post_user(
    request: HttpRequest,
    options: web::Query<Options>,
    new: web::Json<NewUser>,
) -> HttpResponse {
    let tenant = request.headers().get("X-Tenant");
    let Some(tenant) = tenant.and_then(|value| value.to_str().ok()) else {
        return HttpResponse::BadRequest().json("the header X-Tenant is missing");
    };
    let NewUser { name, age } = new.into_inner();
    HttpResponse::Created().json(User {
        name,
        age,
        notify: options.notify,
        tenant: tenant.to_owned(),
    })
}

#[derive(Serialize)]
struct Event {
    id: u64,
}

async fn get_events() -> HttpResponse {
    let events = stream::iter(0..10).map(|id| {
        let mut line = serde_json::to_string(&Event { id })?;
        line.push('\n');
        Ok::<_, actix_web::Error>(Bytes::from(line))
    });
    HttpResponse::Ok()
        .content_type("application/jsonl")
        .streaming(events)
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| {
        App::new()
            .route("/users/", web::post().to(post_user))
            .route("/events/", web::get().to(get_events))
    })
    .bind("127.0.0.1:8000")?
    .run()
    .await
}
