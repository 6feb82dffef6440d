//! Finished responses, what an endpoint declares of them, and the check of one against the other.

mod spec;
mod validation;

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::serializer::{SerializeError, Serializer};

pub(crate) use spec::DeclaredResponse;
pub use spec::{HeaderSpec, ResponseSpec};
pub use validation::ValidateResponses;
pub(crate) use validation::{check_body, check_head};

/// A finished response: what an endpoint with `#[validate]` and the error hooks return.
///
/// The body is rendered after the handler has returned, by the serializer of the controller.
///
/// ```
/// use dmr_core::Response;
/// use http::{HeaderValue, StatusCode, header::LOCATION};
///
/// let response = Response::new(StatusCode::CREATED, "new user")
///     .header(LOCATION, HeaderValue::from_static("/users/7/"));
/// assert_eq!(response.status(), StatusCode::CREATED);
/// ```
#[must_use = "the endpoint has to return it"]
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Body,
}

/// The body of a [`Response`].
pub(crate) enum Body {
    Empty,
    Data(Box<dyn Data>),
}

impl Response {
    /// A response with a body.
    pub fn new(
        status: StatusCode,
        data: impl Serialize + JsonSchema + Send + Sync + 'static,
    ) -> Self {
        Self::from_parts(status, HeaderMap::new(), Body::Data(Box::new(data)))
    }

    /// A response without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self::from_parts(status, HeaderMap::new(), Body::Empty)
    }

    pub(crate) fn from_parts(status: StatusCode, headers: HeaderMap, body: Body) -> Self {
        Self {
            status,
            headers,
            body,
        }
    }

    /// Adds a header. `Content-Type` is always that of the serializer.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the response, without `Content-Type`.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(crate) fn body(&self) -> &Body {
        &self.body
    }

    /// Renders the body.
    pub(crate) fn render<S: Serializer>(self) -> Result<Rendered, SerializeError> {
        let body = match self.body {
            Body::Empty => Bytes::new(),
            Body::Data(data) => rendered::<S, _>(&*data)?,
        };
        let mut headers = self.headers;
        headers.remove(CONTENT_TYPE);
        Ok(Rendered {
            status: self.status,
            media_type: S::MEDIA_TYPE,
            headers,
            body,
        })
    }
}

/// The bytes of a body. Nothing (`()`, `None`) is rendered as no bytes at all (behaviour 1.3).
pub(crate) fn rendered<S: Serializer, T: Serialize + ?Sized>(
    value: &T,
) -> Result<Bytes, SerializeError> {
    let mut body = Vec::with_capacity(256);
    S::serialize(value, &mut body)?;
    if body == b"null" {
        body.clear();
    }
    Ok(Bytes::from(body))
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// A response whose body is bytes: what an adapter sends.
#[derive(Debug)]
pub struct Rendered {
    /// The status.
    pub status: StatusCode,
    /// The value of `Content-Type`.
    pub media_type: &'static str,
    /// All other headers, but for `Content-Length`, which is left to the server.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

/// A value of a type that is not known here any more.
pub(crate) trait Data: erased_serde::Serialize + Send + Sync {
    /// Tells its type apart from others.
    fn schema_id(&self) -> Cow<'static, str>;
}

impl<T: Serialize + JsonSchema + Send + Sync> Data for T {
    fn schema_id(&self) -> Cow<'static, str> {
        T::schema_id()
    }
}

erased_serde::serialize_trait_object!(Data);
