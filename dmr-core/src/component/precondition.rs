//! Conditional requests (RFC 9110, 13).

use headers::{HeaderMapExt, IfMatch, IfNoneMatch};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::{Component, Description, Rejection, Unbuildable};
use crate::error::Error;
use crate::error_detail::{ErrorDetail, ErrorType};
use crate::request::{Request, RequestHead};
use crate::response::{EntityTag, ResponseSpec};

/// The preconditions of a request: its `If-None-Match` and `If-Match`.
///
/// ```
/// use dmr_core::{EntityTag, Precondition, Response};
/// use http::{StatusCode, header::ETAG};
///
/// # struct Book { id: u64, version: u64 }
/// # fn find() -> Book { Book { id: 7, version: 2 } }
/// async fn get(condition: Precondition) -> Response {
///     let book = find();
///     let tag = EntityTag::strong(format_args!("book-{}-v{}", book.id, book.version)).unwrap();
///     if condition.is_current(&tag) {
///         return Response::not_modified(&tag);
///     }
///     Response::new(StatusCode::OK, book.id).header(ETAG, tag.header_value())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Precondition {
    none_match: Option<IfNoneMatch>,
    matches: Option<IfMatch>,
}

impl Precondition {
    /// Whether the client's copy is current. If so, answer a `GET` with
    /// [`Response::not_modified`](crate::Response::not_modified). Tags are compared weakly.
    pub fn is_current(&self, tag: &EntityTag) -> bool {
        let none_match = self.none_match.as_ref();
        none_match.is_some_and(|condition| !condition.precondition_passes(&tag.0))
    }

    /// Refuses to change a version that the client has not seen. Tags are compared strongly.
    ///
    /// # Errors
    ///
    /// A 412 if the request has an `If-Match` without this tag. The document lists the 412 for
    /// every endpoint that takes a `Precondition`.
    pub fn check(&self, tag: &EntityTag) -> Result<(), Error> {
        match &self.matches {
            Some(condition) if !condition.precondition_passes(&tag.0) => Err(Self::failed()),
            _ => Ok(()),
        }
    }

    /// The 412 of [`check`](Self::check), for a change that another request has overtaken after the
    /// check.
    pub fn failed() -> Error {
        Error::msg(
            StatusCode::PRECONDITION_FAILED,
            "The resource has changed in the meantime",
        )
    }
}

impl Component for Precondition {
    type Prepared = ();

    fn describe(description: &mut Description<'_>) -> Result<(), Unbuildable> {
        description.can_be_invalid();
        description.header::<String>("If-None-Match");
        description.header::<String>("If-Match");
        let failed = ResponseSpec::error(StatusCode::PRECONDITION_FAILED);
        description.response(failed.description("Raised when `If-Match` names another version"));
        Ok(())
    }

    async fn extract((): &(), request: &mut Request) -> Result<Self, Rejection> {
        let head = request.head();
        let mut invalid = Vec::new();
        let condition = Self {
            none_match: typed(head, &http::header::IF_NONE_MATCH, &mut invalid),
            matches: typed(head, &http::header::IF_MATCH, &mut invalid),
        };
        if invalid.is_empty() {
            Ok(condition)
        } else {
            Err(Rejection::Invalid(invalid))
        }
    }
}

fn typed<H: headers::Header>(
    head: &dyn RequestHead,
    name: &HeaderName,
    invalid: &mut Vec<ErrorDetail>,
) -> Option<H> {
    let mut headers = HeaderMap::new();
    head.header_values(name.as_str(), &mut |value| {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    });
    let shown = name.as_str().replace('-', "_");
    headers.typed_try_get().unwrap_or_else(|_| {
        let text = format_args!("Expected entity tags - at `$.parsed_headers.{shown}`");
        invalid.push(ErrorDetail::new(text).error_type(ErrorType::VALUE_ERROR));
        None
    })
}
