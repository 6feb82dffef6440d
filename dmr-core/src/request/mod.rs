//! [`Request`]: a request as the core sees it.

mod cookies;
mod limits;
mod multipart;
mod temporary_file;

use std::any::{Any, TypeId};
use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::StreamExt;
use http::Version;

use crate::error::Error;

pub(crate) use cookies::each_cookie;
pub(crate) use limits::Limits;
pub(crate) use multipart::{FilePart, MultipartForm, read_form};
pub(crate) use temporary_file::Spooled;

/// The head of a request. It borrows from the types of the server, so nothing is copied.
///
/// Adapters implement it.
pub trait RequestHead {
    /// The method, in its original case.
    fn method(&self) -> &str;

    /// The path, percent-encoded.
    fn path(&self) -> &str;

    /// The value of `{name}` of the route, percent-encoded.
    fn path_parameter(&self, name: &str) -> Option<&str>;

    /// The query, percent-encoded and without the `?`; empty if there is none.
    fn query(&self) -> &str;

    /// The value of the first header of this name. The case of the name does not matter.
    fn header(&self, name: &str) -> Option<&[u8]>;

    /// Calls `each` with the value of every header of this name, in order.
    fn header_values<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8]));

    /// Calls `each` with the name, in lower case, and the value of every header.
    fn headers(&self, each: &mut dyn FnMut(&str, &[u8]));

    /// The version of HTTP. HTTP/1.1 by default.
    fn version(&self) -> Version {
        Version::HTTP_11
    }

    /// The address at the other end of the connection. It belongs to the client or to a proxy.
    /// `None`, the default, if there is no connection.
    fn peer_addr(&self) -> Option<SocketAddr> {
        None
    }

    /// The request of the web framework. The components of an adapter find their types in it.
    /// `None` by default.
    fn framework_request(&self) -> Option<&dyn Any> {
        None
    }
}

/// The bytes of a request body, piece by piece.
pub type RequestBody = Pin<Box<dyn Stream<Item = Result<Bytes, RequestBodyError>>>>;

/// The reason why a request body ended early. The client gets the text, if it is still connected.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RequestBodyError(String);

impl RequestBodyError {
    /// Makes an error with this text.
    pub fn new(text: impl fmt::Display) -> Self {
        Self(text.to_string())
    }
}

/// A request on its way to an endpoint: its head, its body, and the results of the steps so far.
///
/// It is a pointer, because many steps pass it on.
pub struct Request(Box<RequestParts<dyn RequestHead>>);

struct RequestParts<H: ?Sized> {
    body: Option<RequestBody>,
    content: Option<Bytes>,
    multipart: Option<MultipartForm>,
    principal: Option<Box<dyn Any>>,
    dependencies: Vec<(TypeId, Resolved)>,
    media_type: &'static str,
    head: H,
}

/// A dependency that was computed for this request. `None` if its components are invalid.
pub(crate) type Resolved = Option<Rc<dyn Any>>;

impl Request {
    /// Wraps the head of an adapter.
    pub fn new(head: impl RequestHead + 'static) -> Self {
        Self(Box::new(RequestParts {
            body: None,
            content: None,
            multipart: None,
            principal: None,
            dependencies: Vec::new(),
            media_type: "",
            head,
        }))
    }

    /// Adds the body of an adapter.
    #[must_use]
    pub fn body(mut self, body: RequestBody) -> Self {
        self.0.body = Some(body);
        self
    }

    /// The head of the request.
    pub fn head(&self) -> &dyn RequestHead {
        &self.0.head
    }

    /// The value of the first header of this name, if it is UTF-8.
    pub fn header_str(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.0.head.header(name)?).ok()
    }

    /// The value of a cookie, percent-decoded. `None` if the request has no such cookie, or sends
    /// cookies that are not UTF-8. Of several cookies of one name, the last one counts.
    ///
    /// ```
    /// use dmr_core::auth::Auth;
    /// use dmr_core::{Error, Request, SecurityScheme};
    ///
    /// struct Session;
    ///
    /// impl Auth for Session {
    ///     type Principal = String;
    ///
    ///     async fn authenticate(&self, request: &Request) -> Result<Option<String>, Error> {
    ///         Ok(request.cookie("session"))
    ///     }
    ///
    ///     fn scheme(&self) -> SecurityScheme {
    ///         SecurityScheme::api_key_cookie("session", "session", "The cookie of the login")
    ///     }
    /// }
    /// ```
    pub fn cookie(&self, name: &str) -> Option<String> {
        let mut found = None;
        let readable = each_cookie(self.head(), &mut |known, value| {
            if known == name {
                found = Some(value.into_owned());
            }
        });
        found.filter(|_| readable)
    }

    /// The media types that the client accepts.
    pub(crate) fn accept(&self) -> Option<Cow<'_, [u8]>> {
        let mut accept: Option<Cow<'_, [u8]>> = None;
        self.0
            .head
            .header_values("accept", &mut |value| match &mut accept {
                None => accept = Some(value.into()),
                // Several headers of one name form one list (RFC 9110, 5.3).
                Some(before) => {
                    let before = before.to_mut();
                    before.push(b',');
                    before.extend_from_slice(value);
                }
            });
        accept
    }

    /// The media type that was negotiated for the response.
    pub fn response_media_type(&self) -> &'static str {
        self.0.media_type
    }

    /// Reads the whole body. It is read only once: all components see the same bytes.
    ///
    /// # Errors
    ///
    /// A 413 if the body has more than `limit` bytes, a 400 if it is incomplete.
    pub async fn content(&mut self, limit: u64) -> Result<Bytes, Error> {
        if self.0.content.is_none() {
            self.0.content = Some(self.read_content(limit).await?);
        }
        Ok(self.0.content.clone().unwrap_or_default())
    }

    async fn read_content(&mut self, limit: u64) -> Result<Bytes, Error> {
        self.refuse_long(limit)?;
        let Some(mut body) = self.0.body.take() else {
            return Ok(Bytes::new());
        };
        let Some(first) = body.next().await.transpose().map_err(incomplete)? else {
            return Ok(Bytes::new());
        };
        let mut length = first.len() as u64;
        let mut rest = None;
        while let Some(piece) = body.next().await.transpose().map_err(incomplete)? {
            length += piece.len() as u64;
            if length > limit {
                return Err(Error::content_too_large(limit));
            }
            rest.get_or_insert_with(|| BytesMut::from(&*first))
                .extend_from_slice(&piece);
        }
        if length > limit {
            return Err(Error::content_too_large(limit));
        }
        Ok(rest.map_or(first, BytesMut::freeze))
    }

    /// Refuses a body whose `Content-Length` is too long, without reading it.
    fn refuse_long(&self, limit: u64) -> Result<(), Error> {
        let length = self.header_str("content-length");
        match length.and_then(|length| length.parse::<u64>().ok()) {
            Some(length) if length > limit => Err(Error::content_too_large(limit)),
            _ => Ok(()),
        }
    }

    /// Takes the body, for components that read it piece by piece.
    pub(crate) fn take_body(&mut self, limit: u64) -> Result<Option<RequestBody>, Error> {
        self.refuse_long(limit)?;
        Ok(self.0.body.take())
    }

    pub(crate) fn multipart(&mut self) -> &mut Option<MultipartForm> {
        &mut self.0.multipart
    }

    pub(crate) fn set_response_media_type(&mut self, media_type: &'static str) {
        self.0.media_type = media_type;
    }

    pub(crate) fn set_principal(&mut self, principal: Box<dyn Any>) {
        self.0.principal = Some(principal);
    }

    pub(crate) fn take_principal(&mut self) -> Option<Box<dyn Any>> {
        self.0.principal.take()
    }

    /// The dependency of this type, if it was computed before.
    pub(crate) fn dependency(&self, id: TypeId) -> Option<Resolved> {
        let mut known = self.0.dependencies.iter();
        let (_, resolved) = known.find(|(known, _)| *known == id)?;
        Some(resolved.clone())
    }

    pub(crate) fn set_dependency(&mut self, id: TypeId, resolved: Resolved) {
        self.0.dependencies.push((id, resolved));
    }
}

#[allow(clippy::needless_pass_by_value, reason = "passed to `map_err`")]
fn incomplete(error: RequestBodyError) -> Error {
    Error::unreadable(error)
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers are left out: they carry credentials.
        f.debug_struct("Request")
            .field("method", &self.0.head.method())
            .field("path", &self.0.head.path())
            .finish_non_exhaustive()
    }
}
