//! Responses in tests.

use bytes::Bytes;
use dmr_core::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

/// A response to a [`TestRequest`](super::TestRequest), with its whole body.
#[derive(Debug, Clone)]
pub struct TestResponse {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
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

    /// The value of a cookie that the response sets. `None` if it sets none of this name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.cookies().into_iter().filter_map(|cookie| {
            let pair = cookie.split(';').next()?;
            pair.split_once('=')
        });
        let set = pairs.filter(|(known, _)| *known == name);
        set.map(|(_, value)| value).next_back()
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
