//! All forms of verbs.

use dmr::stream::{StreamingResponse, events, format};
use dmr::{Controller, Headers, JsonLines, Query, Response, ResponseSpec, Router, StatusCode, controller};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
struct Resume {
    #[serde(rename = "Last-Event-ID")]
    last_event_id: Option<i64>,
}

#[derive(Deserialize, JsonSchema)]
struct Page {
    after: usize,
}

type Fallible<T> = Result<T, dmr::Error>;
type Lines<'a> = JsonLines<'a, &'a str>;

struct Users {
    names: Vec<String>,
}

const NONE: ResponseSpecs = ResponseSpecs;
struct ResponseSpecs;

impl IntoIterator for ResponseSpecs {
    type Item = ResponseSpec;
    type IntoIter = std::iter::Empty<ResponseSpec>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::empty()
    }
}

#[controller(crate = ::dmr, tags = ["users"])]
impl Controller for Users {
    /// A pattern as a parameter, and a finished response through an alias.
    ///
    /// The rest is the description.
    #[validate(ResponseSpec::new::<Option<i64>>(StatusCode::OK), deprecated)]
    pub async fn get(&self, Headers(Resume { last_event_id }): Headers<Resume>) -> Fallible<Response> {
        Ok(Response::new(StatusCode::OK, last_event_id))
    }

    /// Borrows from the controller.
    pub(crate) async fn put(&self, page: Query<Page>) -> &[String] {
        &self.names[page.after..]
    }

    #[modify(status_code = StatusCode::ACCEPTED, responses = NONE)]
    async fn post(&self, _: Query<Page>, mut resume: Headers<Resume>) -> Option<i64> {
        resume.0.last_event_id.take()
    }

    async fn patch(&self, page: Query<Page>) -> Fallible<Lines<'_>> {
        Ok(events! {
            for name in self.names.iter().skip(page.after) {
                yield name.as_str();
            }
        })
    }

    #[validate(ResponseSpec::stream::<u32, format::JsonLines>(StatusCode::OK))]
    async fn delete(&self) -> StreamingResponse<'_, u32, format::JsonLines> {
        StreamingResponse::new(JsonLines::generate(async |out| {
            out.send(1).await;
            Ok(())
        }))
    }

    async fn head(&self) {}

    async fn trace(&self) -> Fallible<()> {
        Ok(())
    }

    async fn query(&self) -> String {
        String::new()
    }

    async fn meta(&self) {}
}

struct Conditional;

#[dmr::controller]
impl dmr::Controller for Conditional {
    #[cfg(any())]
    async fn get(&self) -> NoSuchType {
        NoSuchType
    }

    #[cfg(all())]
    async fn post(&self) -> u32 {
        1
    }
}

fn main() {
    let users = Users { names: vec!["anna".to_owned()] };
    let api = Router::new("").route("users/", users).route("conditional/", Conditional).build();
    let api = match api {
        Ok(api) => api,
        Err(errors) => panic!("{errors}"),
    };
    let methods: Vec<&str> = api.routes()[0].methods().collect();
    assert_eq!(methods, ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"]);
    let methods: Vec<&str> = api.routes()[1].methods().collect();
    assert_eq!(methods, ["POST"]);
}
