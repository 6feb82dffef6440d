//! [`StreamingResponse`]: a finished response that streams.

use std::fmt;

use http::header::{CACHE_CONTROL, CONNECTION, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

use super::Events;
use crate::response::{Head, head_methods};

/// A finished response that streams, for endpoints with `#[validate]`. They declare it with
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
    pub(crate) head: Head,
    pub(crate) events: Events<'a, T, F>,
}

head_methods!(status: ['a, T, F] StreamingResponse<'a, T, F> => head);

impl<'a, T, F> StreamingResponse<'a, T, F> {
    /// A stream with the status 200. The headers that dmr adds to every stream cannot be replaced.
    pub fn new(events: Events<'a, T, F>) -> Self {
        Self {
            head: Head::of(StatusCode::OK),
            events,
        }
    }
}

impl<T, F> fmt::Debug for StreamingResponse<'_, T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamingResponse")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// Adds the headers that keep caches and proxies from holding a stream back.
pub(crate) fn stream_headers(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONNECTION, HeaderValue::from_static("keep-alive"));
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
}
