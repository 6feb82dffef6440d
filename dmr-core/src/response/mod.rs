//! Finished responses, and their declarations.

mod cookie;
mod declared;
mod entity_tag;
mod example;
mod file;
mod head;
mod header;
mod location;
mod redirect;
mod spec;

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

pub use self::cookie::{CookieSpec, NewCookie};
pub(crate) use declared::{
    DeclaredContent, DeclaredHeader, DeclaredModel, DeclaredResponse, DeclaredText,
};
pub use entity_tag::EntityTag;
pub use example::Example;
pub(crate) use example::{ExampleContent, Sent};
pub(crate) use file::FileContent;
pub use file::FileResponse;
pub use head::Head;
pub(crate) use head::head_methods;
pub use header::{HeaderSpec, NewHeader};
pub use redirect::{RedirectError, RedirectTo};
pub(crate) use spec::ContentSpec;
pub use spec::{EventModel, MediaTypeModel, ResponseSpec};

/// A finished response. Endpoints with `#[validate]` and error handlers return it.
///
/// The body is rendered after the handler has returned, in the negotiated format.
///
/// ```
/// use dmr_core::Response;
/// use http::{HeaderValue, StatusCode, header::LOCATION};
///
/// let response = Response::new(StatusCode::CREATED, "new user")
///     .header(LOCATION, HeaderValue::from_static("/users/7/"));
/// assert_eq!(response.head().status(), Some(StatusCode::CREATED));
/// ```
#[must_use = "the endpoint has to return it"]
pub struct Response {
    pub(crate) head: Head,
    pub(crate) body: BodyContent,
}

head_methods!(status: [] Response => head);

/// The body of a [`Response`].
pub(crate) enum BodyContent {
    Empty,
    Data(Box<dyn Data>),
    /// Bytes that are already in this format.
    Bytes(Cow<'static, str>, Bytes),
    File(FileResponse),
}

impl Response {
    /// A response with a body.
    pub fn new(
        status: StatusCode,
        data: impl Serialize + JsonSchema + Send + Sync + 'static,
    ) -> Self {
        Self::data(data).status(status)
    }

    /// A response with a body, and the default status of the endpoint: 201 for a `POST`, else 200.
    pub fn data(data: impl Serialize + JsonSchema + Send + Sync + 'static) -> Self {
        Self::of(BodyContent::Data(Box::new(data)))
    }

    /// A 201 with the new resource, and its URL in `Location` (RFC 9110, 15.3.2). The URL may be
    /// relative. Characters that a URL cannot contain are percent-encoded. The endpoint declares
    /// the response with [`ResponseSpec::created`].
    ///
    /// ```
    /// use dmr_core::Response;
    ///
    /// let response = Response::created(format_args!("/users/{}/", 7), "new user");
    /// assert_eq!(response.head().headers()["location"], "/users/7/");
    /// ```
    pub fn created(
        url: impl fmt::Display,
        data: impl Serialize + JsonSchema + Send + Sync + 'static,
    ) -> Self {
        let mut response = Self::new(StatusCode::CREATED, data);
        let url = location::location(&url.to_string());
        let headers = &mut response.head.headers;
        headers.extend(url.map(|url| (http::header::LOCATION, url)));
        response
    }

    /// A response without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self::of(BodyContent::Empty).status(status)
    }

    /// A response whose body is already rendered. The endpoint has to offer the media type. Like
    /// any other body, it has to match the declaration of the status.
    pub fn rendered(
        status: StatusCode,
        media_type: impl Into<Cow<'static, str>>,
        body: impl Into<Bytes>,
    ) -> Self {
        Self::of(BodyContent::Bytes(media_type.into(), body.into())).status(status)
    }

    /// A 200 with a body and its `ETag` (RFC 9110, 8.8.3). The endpoint declares it with
    /// [`ResponseSpec::tagged`].
    ///
    /// ```
    /// use dmr_core::{EntityTag, Response};
    ///
    /// let response = Response::tagged(&EntityTag::of_version(2), "Emma");
    /// assert_eq!(response.head().headers()["etag"], "\"2\"");
    /// ```
    pub fn tagged(
        etag: &EntityTag,
        data: impl Serialize + JsonSchema + Send + Sync + 'static,
    ) -> Self {
        Self::new(StatusCode::OK, data).header(http::header::ETAG, etag.header_value())
    }

    /// A 304 with the `ETag`, for a client whose copy is current (RFC 9110, 15.4.5). The endpoint
    /// declares it with [`ResponseSpec::not_modified`].
    pub fn not_modified(etag: &EntityTag) -> Self {
        Self::empty(StatusCode::NOT_MODIFIED).header(http::header::ETAG, etag.header_value())
    }

    pub(crate) fn of(body: BodyContent) -> Self {
        Self {
            head: Head::default(),
            body,
        }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// The value of a response's body, with its type erased, until it is rendered.
pub(crate) trait Data: erased_serde::Serialize + Send + Sync {
    /// The id that tells the type apart from others.
    fn schema_id(&self) -> Cow<'static, str>;
}

impl<T: Serialize + JsonSchema + Send + Sync> Data for T {
    fn schema_id(&self) -> Cow<'static, str> {
        T::schema_id()
    }
}

erased_serde::serialize_trait_object!(Data);

/// Whether a response with this status may have content (RFC 9110, 15).
pub(crate) fn has_content(status: StatusCode) -> bool {
    !matches!(status.as_u16(), 100..=199 | 204 | 205 | 304)
}
