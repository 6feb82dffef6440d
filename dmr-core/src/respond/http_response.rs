//! [`HttpResponse`]: the response for adapters.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, StatusCode};

use super::ResponseBody;
use crate::response::has_content;

/// A response for an adapter to send: a status, headers, and a body with its media type.
///
/// It converts into an `http::Response<ResponseBody>` of `http` 1 with [`From`]. For other
/// adapters, the media type stands apart from the headers: it is the only header of most responses,
/// which then need no map.
#[derive(Debug)]
pub struct HttpResponse {
    pub(super) status: StatusCode,
    pub(super) content_type: Option<HeaderValue>,
    pub(super) headers: HeaderMap,
    pub(super) body: ResponseBody,
}

impl HttpResponse {
    pub(crate) fn new(
        status: StatusCode,
        content_type: HeaderValue,
        mut headers: HeaderMap,
        body: ResponseBody,
    ) -> Self {
        // The body determines the media type.
        headers.remove(CONTENT_TYPE);
        // Without content there is no media type (RFC 9110, 8.3).
        Self {
            status,
            content_type: has_content(status).then_some(content_type),
            headers,
            body,
        }
    }

    /// A response without a body and a media type.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            content_type: None,
            headers: HeaderMap::new(),
            body: ResponseBody::whole(Bytes::new()),
        }
    }

    pub(crate) fn insert(&mut self, name: http::HeaderName, value: HeaderValue) {
        self.headers.insert(name, value);
    }

    /// The status, the media type of the body, the other headers, and the body.
    pub fn into_parts(self) -> (StatusCode, Option<HeaderValue>, HeaderMap, ResponseBody) {
        let Self {
            status,
            content_type,
            headers,
            body,
        } = self;
        (status, content_type, headers, body)
    }
}

impl From<HttpResponse> for http::Response<ResponseBody> {
    fn from(response: HttpResponse) -> Self {
        let (status, content_type, mut headers, body) = response.into_parts();
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, content_type);
        }
        let mut response = Self::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }
}
