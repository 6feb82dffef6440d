//! [`TestClient`]: requests to a router without a socket.

mod multipart;
mod request;
mod response;
mod stream;

use std::fmt;

use actix_http::Request;
use actix_service::boxed::{BoxService, service};
use actix_web::dev::ServiceResponse;
use actix_web::test::init_service;
use actix_web::{App, Error};
use dmr_core::{BuildErrors, Router};

use crate::IntoService;

pub use dmr_client::SseMessage;
pub use multipart::MultipartForm;
pub use request::TestRequest;
pub use response::TestResponse;
pub use stream::{TestEvents, TestStream};

/// A client for tests. It sends requests to a router in the same thread, without a socket.
///
/// Use it in an actix runtime, such as that of `#[actix_web::test]`. Its methods panic where a test
/// would `unwrap` anyway. [`Router::override_auth`] sets the principal.
///
/// ```
/// # use dmr_core::{Controller, Router};
/// use dmr_actix::test::TestClient;
///
/// # async fn example(books: impl Controller) {
/// let client = TestClient::new(Router::new("api/").route("books/", books)).await.unwrap();
/// let response = client.post("/api/books/").json(&serde_json::json!({"title": "Emma"})).send().await;
/// assert_eq!(response.status(), 201);
/// assert_eq!(response.json::<serde_json::Value>()["title"], "Emma");
/// # }
/// ```
pub struct TestClient {
    service: BoxService<Request, ServiceResponse, Error>,
}

impl TestClient {
    /// Builds the router.
    ///
    /// # Errors
    ///
    /// All mistakes of the application.
    pub async fn new(router: Router) -> Result<Self, BuildErrors> {
        let app = App::new().service(router.into_service()?);
        Ok(Self {
            service: service(init_service(app).await),
        })
    }

    /// A request with any method.
    pub fn request(&self, method: &str, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, method, path)
    }

    /// A `GET`.
    pub fn get(&self, path: &str) -> TestRequest<'_> {
        self.request("GET", path)
    }

    /// A `POST`.
    pub fn post(&self, path: &str) -> TestRequest<'_> {
        self.request("POST", path)
    }

    /// A `PUT`.
    pub fn put(&self, path: &str) -> TestRequest<'_> {
        self.request("PUT", path)
    }

    /// A `PATCH`.
    pub fn patch(&self, path: &str) -> TestRequest<'_> {
        self.request("PATCH", path)
    }

    /// A `DELETE`.
    pub fn delete(&self, path: &str) -> TestRequest<'_> {
        self.request("DELETE", path)
    }
}

impl fmt::Debug for TestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestClient").finish_non_exhaustive()
    }
}
