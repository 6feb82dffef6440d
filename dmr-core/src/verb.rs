//! [`Verb`]: the methods of endpoints.

use http::StatusCode;

/// The HTTP method of an endpoint. Verbs are ordered as OpenAPI lists the operations of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Verb {
    /// `GET`
    Get,
    /// `PUT`
    Put,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
    /// `OPTIONS`, served by the method `meta`
    Meta,
    /// `HEAD`
    Head,
    /// `PATCH`
    Patch,
    /// `TRACE`
    Trace,
    /// `QUERY`
    Query,
    /// A method that the controller lists in its option `verbs`, in upper case.
    Custom(&'static str),
}

impl Verb {
    /// The method of the request (RFC 9110, 9).
    pub fn method(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Meta => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
            Self::Query => "QUERY",
            Self::Custom(method) => method,
        }
    }

    /// The default status of a response: 201 for a `POST` that does not stream, else 200.
    pub(crate) fn default_status(self, streams: bool) -> StatusCode {
        match self {
            Self::Post if !streams => StatusCode::CREATED,
            _ => StatusCode::OK,
        }
    }
}
