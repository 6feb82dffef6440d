//! Finished responses, what an endpoint declares of them, and the check of one against the other.

mod cookie;
mod declared;
mod file;
mod header;
mod redirect;
mod spec;
mod validation;

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::serializer::{AnyRenderer, SerializeError, Serializer};

pub use self::cookie::{CookieSpec, NewCookie};
pub(crate) use declared::{DeclaredContent, DeclaredModel, DeclaredResponse};
pub(crate) use file::FileContent;
pub use file::FileResponse;
pub use header::{HeaderSpec, NewHeader};
pub use redirect::{RedirectError, RedirectTo};
pub(crate) use spec::Content;
pub use spec::{EventModel, MediaTypeModel, ResponseSpec};
pub use validation::ValidateResponses;
pub(crate) use validation::{
    check_body, check_cookies, check_headers, check_status, check_value, list, mismatch, model_for,
    parse_body,
};

/// A finished response: what an endpoint with `#[validate]` and the error handlers return.
///
/// The body is rendered after the handler has returned, in the format that was negotiated.
///
/// ```
/// use dmr_core::Response;
/// use http::{HeaderValue, StatusCode, header::LOCATION};
///
/// let response = Response::new(StatusCode::CREATED, "new user")
///     .header(LOCATION, HeaderValue::from_static("/users/7/"));
/// assert_eq!(response.status(), Some(StatusCode::CREATED));
/// ```
#[must_use = "the endpoint has to return it"]
pub struct Response {
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) cookies: Vec<NewCookie>,
    pub(crate) body: Body,
}

/// The body of a [`Response`].
pub(crate) enum Body {
    Empty,
    Data(Box<dyn Data>),
    /// Bytes that are in this format already.
    Bytes(Cow<'static, str>, Bytes),
    File(FileResponse),
}

impl Response {
    /// A response with a body.
    pub fn new(
        status: StatusCode,
        data: impl Serialize + JsonSchema + Send + Sync + 'static,
    ) -> Self {
        Self::data(data).with_status(status)
    }

    /// A response with a body, and the default status of the endpoint: 201 for a `POST`, else 200.
    pub fn data(data: impl Serialize + JsonSchema + Send + Sync + 'static) -> Self {
        Self::of(Body::Data(Box::new(data)))
    }

    /// A response without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self::of(Body::Empty).with_status(status)
    }

    /// A response whose body has been rendered already. The endpoint has to offer its media type, and the body has to match
    /// what is declared for the status, as any other.
    pub fn rendered(
        status: StatusCode,
        media_type: impl Into<Cow<'static, str>>,
        body: impl Into<Bytes>,
    ) -> Self {
        Self::of(Body::Bytes(media_type.into(), body.into())).with_status(status)
    }

    /// Says that the client's copy is current: 304 with the `ETag` (RFC 9110, 15.4.5).
    pub fn not_modified(etag: &crate::EntityTag) -> Self {
        Self::empty(StatusCode::NOT_MODIFIED).header(http::header::ETAG, etag.header_value())
    }

    pub(crate) fn of(body: Body) -> Self {
        Self {
            status: None,
            headers: HeaderMap::new(),
            cookies: Vec::new(),
            body,
        }
    }

    /// Sets the status.
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds a header. `Content-Type` is always that of the body.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Sets a cookie.
    pub fn cookie(mut self, cookie: NewCookie) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// The status of the response; `None` stands for the default status of the endpoint.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The headers of the response, without `Content-Type` and cookies.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("cookies", &self.cookies)
            .finish_non_exhaustive()
    }
}

/// Adds the cookies to the headers.
pub(crate) fn set_cookies(
    headers: &mut HeaderMap,
    cookies: &[NewCookie],
) -> Result<(), SerializeError> {
    for cookie in cookies {
        let Some(value) = cookie.header_value() else {
            return Err(SerializeError::new(format!(
                "the cookie {cookie:?} has an attribute that no header can have"
            )));
        };
        headers.append(SET_COOKIE, value);
    }
    Ok(())
}

/// The bytes of a body. Nothing (`()`, `None`) is rendered as no bytes at all (behaviour 1.3).
pub(crate) fn rendered<S: Serializer, T: Serialize + ?Sized>(
    renderer: &AnyRenderer,
    value: &T,
) -> Result<Bytes, SerializeError> {
    let mut body = Vec::with_capacity(256);
    renderer.render::<S, T>(value, &mut body)?;
    // `null`, in JSON and in MessagePack.
    if body == b"null" || body == [0xc0] {
        body.clear();
    }
    Ok(Bytes::from(body))
}

/// A response whose body is bytes: what an adapter sends.
#[derive(Debug)]
pub struct Rendered {
    /// The status.
    pub status: StatusCode,
    /// The value of `Content-Type`.
    pub media_type: Cow<'static, str>,
    /// All other headers, but for `Content-Length`, which is left to the server.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Rendered {
    pub(crate) fn new(
        status: StatusCode,
        media_type: impl Into<Cow<'static, str>>,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        headers.remove(CONTENT_TYPE);
        Self {
            status,
            media_type: media_type.into(),
            headers,
            body,
        }
    }
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
