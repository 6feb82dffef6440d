//! [`TestClient`]: requests to a router without a socket.

use std::fmt;

use actix_http::Request;
use actix_service::Service;
use actix_service::boxed::{BoxService, service};
use actix_web::body::to_bytes;
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::test::{TestRequest as ActixRequest, init_service};
use actix_web::{App, Error};
use bytes::Bytes;
use dmr_core::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use dmr_core::{BuildErrors, Router};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::IntoService;

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
        TestRequest {
            client: self,
            method: method.to_owned(),
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
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

/// A request under construction.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct TestRequest<'c> {
    client: &'c TestClient,
    method: String,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl TestRequest<'_> {
    /// Adds a header.
    ///
    /// # Panics
    ///
    /// The name or the value is not valid in a header.
    #[allow(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name: HeaderName = name.parse().expect("the name of a header");
        let value = HeaderValue::from_bytes(value.as_ref()).expect("the value of a header");
        self.headers.append(name, value);
        self
    }

    /// Adds a cookie.
    ///
    /// # Panics
    ///
    /// The name or the value has a character that a header cannot contain.
    pub fn cookie(self, name: &str, value: &str) -> Self {
        self.header("Cookie", format!("{name}={value}"))
    }

    /// Sets a value as the body, as JSON.
    ///
    /// # Panics
    ///
    /// The value cannot be written as JSON.
    #[allow(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn json(self, value: &(impl Serialize + ?Sized)) -> Self {
        let body = serde_json::to_vec(value).expect("the value can be written as JSON");
        self.body("application/json", body)
    }

    /// Sets bytes with a content type as the body.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    /// Sets bytes without a content type as the body.
    pub fn bytes(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends the request and waits for the whole response.
    ///
    /// # Panics
    ///
    /// The method or the path is not valid, or the body of the response is aborted.
    #[allow(clippy::expect_used, reason = "a test fails by panicking")]
    pub async fn send(self) -> TestResponse {
        let method = Method::from_bytes(self.method.as_bytes()).expect("a method");
        let mut request = ActixRequest::with_uri(&self.path).method(method);
        for (name, value) in &self.headers {
            request = request.append_header((name.as_str(), value.as_bytes()));
        }
        if !self.body.is_empty() {
            request = request.set_payload(self.body);
        }
        let response = match self.client.service.call(request.to_request()).await {
            Ok(response) => response.into_parts().1,
            Err(error) => error.error_response(),
        };
        let status = StatusCode::from_u16(response.status().as_u16()).expect("a status");
        let mut headers = HeaderMap::new();
        for (name, value) in response.headers() {
            let name = HeaderName::from_bytes(name.as_str().as_bytes());
            let value = HeaderValue::from_bytes(value.as_bytes());
            headers.append(name.expect("a header name"), value.expect("a header value"));
        }
        let body = to_bytes(response.into_body()).await;
        TestResponse {
            status,
            headers,
            body: body
                .map_err(|error| error.to_string())
                .expect("the whole body"),
        }
    }
}

/// A response to a [`TestRequest`], with its whole body.
#[derive(Debug, Clone)]
pub struct TestResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl TestResponse {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers, including `Content-Type`.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first value of a header. Empty if there is none, or if it is not ASCII.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The values of `Set-Cookie`.
    pub fn cookies(&self) -> Vec<&str> {
        let values = self.headers.get_all("set-cookie").iter();
        values.filter_map(|value| value.to_str().ok()).collect()
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body as text.
    ///
    /// # Panics
    ///
    /// The body is not UTF-8.
    #[allow(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// The content type is not JSON, or the body cannot be read as a `T`.
    #[allow(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        let content_type = self.header("content-type");
        assert!(
            content_type == "application/json" || content_type.ends_with("+json"),
            "the content type is '{content_type}', the body: {}",
            String::from_utf8_lossy(&self.body),
        );
        serde_json::from_slice(&self.body).expect("the body is such JSON")
    }
}
