//! A stream together with the head of its response.

use std::fmt;

use http::header::{CACHE_CONTROL, CONNECTION, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

use super::Events;
use crate::response::NewCookie;

/// A finished response that streams: what an endpoint with `#[validate]` returns, which declares it with
/// [`ResponseSpec::stream`](crate::ResponseSpec::stream).
///
/// ```
/// use dmr_core::stream::{StreamingResponse, events, format::JsonLines};
///
/// async fn get() -> StreamingResponse<'static, u32, JsonLines> {
///     StreamingResponse::new(events! { yield 1; })
/// }
/// ```
#[must_use = "the endpoint has to return it"]
pub struct StreamingResponse<'a, T, F> {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) cookies: Vec<NewCookie>,
    pub(crate) events: Events<'a, T, F>,
}

impl<'a, T, F> StreamingResponse<'a, T, F> {
    /// A stream with the status 200.
    pub fn new(events: Events<'a, T, F>) -> Self {
        Self {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            cookies: Vec::new(),
            events,
        }
    }

    /// Sets the status.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Adds a header. The headers that every stream has cannot be replaced.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Sets a cookie.
    pub fn cookie(mut self, cookie: NewCookie) -> Self {
        self.cookies.push(cookie);
        self
    }
}

impl<T, F> fmt::Debug for StreamingResponse<'_, T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamingResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// Adds the headers that keep caches and proxies from holding a stream back (behaviour 7.2).
pub(crate) fn stream_headers(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONNECTION, HeaderValue::from_static("keep-alive"));
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
}
