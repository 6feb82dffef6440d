//! Requests of tests.

use std::net::SocketAddr;
use std::time::Duration;

use actix_service::Service;
use actix_web::http::Method;
use actix_web::test::TestRequest as ActixRequest;
use bytes::{Bytes, BytesMut};
use dmr_core::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use super::stream::within;
use super::{MultipartForm, TestClient, TestResponse, TestStream};

/// A request under construction.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct TestRequest<'c> {
    client: &'c TestClient,
    method: String,
    path: String,
    headers: HeaderMap,
    body: Bytes,
    peer: Option<SocketAddr>,
    deadline: Option<Duration>,
}

impl<'c> TestRequest<'c> {
    pub(super) fn new(client: &'c TestClient, method: &str, path: &str) -> Self {
        Self {
            client,
            method: method.to_owned(),
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            peer: None,
            deadline: None,
        }
    }

    /// Adds fields to the query: a struct, or pairs for fields that occur several times.
    ///
    /// ```
    /// # async fn example(client: dmr_actix::test::TestClient) {
    /// let found = client.get("/books/").query(&[("tag", "new"), ("tag", "old")]).send().await;
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// The value is neither a struct nor pairs.
    #[allow(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn query(mut self, fields: &(impl Serialize + ?Sized)) -> Self {
        let query = serde_urlencoded::to_string(fields).expect("the value can be a query");
        self.path
            .push(if self.path.contains('?') { '&' } else { '?' });
        self.path.push_str(&query);
        self
    }

    /// Sets the address that [`PeerAddr`](dmr_core::component::PeerAddr) gives. There is none by
    /// default.
    pub fn peer_addr(mut self, address: SocketAddr) -> Self {
        self.peer = Some(address);
        self
    }

    /// Sets how long to wait for the response, and for each event of a stream. After this time, the
    /// test panics. Without a deadline, the test waits forever.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

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

    /// Sets a value as the body, as `application/x-www-form-urlencoded`: a struct, or pairs for
    /// fields that occur several times.
    ///
    /// # Panics
    ///
    /// The value is neither a struct nor pairs.
    #[allow(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn form(self, fields: &(impl Serialize + ?Sized)) -> Self {
        let body = serde_urlencoded::to_string(fields).expect("the value can be a form");
        self.body("application/x-www-form-urlencoded", body)
    }

    /// Sets a form with files as the body, as `multipart/form-data`.
    pub fn multipart(self, form: &MultipartForm) -> Self {
        let (content_type, body) = form.encode();
        self.body(&content_type, body)
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
    /// The method or the path is not valid, the body of the response is aborted, or the deadline
    /// has passed.
    pub async fn send(self) -> TestResponse {
        let deadline = self.deadline;
        within(deadline, async {
            let mut stream = self.open().await;
            let mut body = BytesMut::new();
            while let Some(chunk) = stream.chunk().await {
                body.extend_from_slice(&chunk);
            }
            TestResponse {
                status: stream.status(),
                headers: stream.into_headers(),
                body: body.freeze(),
            }
        })
        .await
    }

    /// Sends the request and waits for the head of the response. The body remains open: the test
    /// reads its events one by one. To leave like a client that closes the connection, drop the
    /// stream.
    ///
    /// # Panics
    ///
    /// The method or the path is not valid, or the deadline has passed.
    #[allow(clippy::expect_used, reason = "a test fails by panicking")]
    pub async fn open(self) -> TestStream {
        let method = Method::from_bytes(self.method.as_bytes()).expect("a method");
        let mut request = ActixRequest::with_uri(&self.path).method(method);
        for (name, value) in &self.headers {
            request = request.append_header((name.as_str(), value.as_bytes()));
        }
        if let Some(peer) = self.peer {
            request = request.peer_addr(peer);
        }
        if !self.body.is_empty() {
            request = request.set_payload(self.body);
        }
        let call = self.client.service.call(request.to_request());
        let response = match within(self.deadline, call).await {
            Ok(response) => response.into_parts().1,
            Err(error) => error.error_response(),
        };
        TestStream::new(response, self.deadline)
    }
}
