//! poem-openapi, with its own server-sent events. The handler writes the lines itself, because
//! poem-openapi has no JSON Lines.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use poem::listener::TcpAcceptor;
use poem::{Body, IntoResponse, Response, Route, Server};
use poem_openapi::param::{Header, Query};
use poem_openapi::payload::{EventStream, Json};
use poem_openapi::types::ToJSON;
use poem_openapi::{ApiResponse, Object, OpenApi, OpenApiService};

use super::on_one_thread;
use crate::work::{self, Count, Failure};

#[derive(Object)]
struct NewUser {
    name: String,
    email: String,
    age: u32,
    tags: Vec<String>,
}

#[derive(Object)]
struct User {
    id: u64,
    name: String,
    email: String,
    age: u32,
    tags: Vec<String>,
    tenant: String,
}

#[derive(ApiResponse)]
enum Created {
    #[oai(status = 201)]
    User(Json<User>),
}

#[derive(Object)]
struct Event {
    id: u64,
    email: String,
    active: bool,
}

impl From<work::Event> for Event {
    fn from(event: work::Event) -> Self {
        let work::Event { id, email, active } = event;
        Self { id, email, active }
    }
}

struct Api;

#[OpenApi]
impl Api {
    #[oai(path = "/user", method = "post")]
    async fn user(
        &self,
        #[oai(name = "X-Tenant")] tenant: Header<String>,
        notify: Query<bool>,
        new: Json<NewUser>,
    ) -> Created {
        let NewUser {
            name,
            email,
            age,
            tags,
        } = new.0;
        let id = if notify.0 { 7 } else { 8 };
        Created::User(Json(User {
            id,
            name,
            email,
            age,
            tags,
            tenant: tenant.0,
        }))
    }

    #[oai(path = "/events", method = "get")]
    async fn events(&self, n: Query<u64>) -> EventStream<stream::BoxStream<'static, Event>> {
        EventStream::new(work::events(n.0).map(Event::from).boxed())
    }

    #[oai(path = "/idle", method = "get")]
    async fn idle(&self) -> EventStream<stream::BoxStream<'static, Event>> {
        EventStream::new(work::idle().map(Event::from).boxed())
    }

    #[oai(path = "/slow", method = "get")]
    async fn slow(&self, n: Query<u64>) -> EventStream<stream::BoxStream<'static, u64>> {
        let events = stream::iter(0..n.0).then(|_| async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            crate::load::now()
        });
        EventStream::new(events.boxed())
    }
}

#[poem::handler]
fn lines(poem::web::Query(count): poem::web::Query<Count>) -> Response {
    let lines = work::events(count.n).map(|event| {
        let mut line = Event::from(event).to_json_string();
        line.push('\n');
        Ok::<_, std::io::Error>(Bytes::from(line))
    });
    Body::from_bytes_stream(lines)
        .with_content_type("application/jsonl")
        .into_response()
}

pub fn serve() -> Result<(), Failure> {
    on_one_thread(async |listener| {
        let api = OpenApiService::new(Api, "peers", "1");
        let app = Route::new().at("/lines", poem::get(lines)).nest("/", api);
        let acceptor = TcpAcceptor::from_tokio(listener)?;
        Ok(Server::new_with_acceptor(acceptor).run(app).await?)
    })
}
