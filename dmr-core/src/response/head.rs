//! [`Head`]: everything before the body of a response.

use http::header::{HeaderName, HeaderValue, SET_COOKIE};
use http::{HeaderMap, StatusCode};

use super::NewCookie;
use crate::serializer::SerializeError;

/// The status, the headers and the cookies of a response.
///
/// [`Response`](crate::Response), [`StreamingResponse`](crate::stream::StreamingResponse) and
/// [`Error`](crate::Error) have one.
///
/// ```
/// use dmr_core::{NewCookie, Response};
/// use http::StatusCode;
///
/// let response = Response::data("hello").status(StatusCode::ACCEPTED).cookie(NewCookie::new("theme", "dark"));
/// assert_eq!(response.head().status(), Some(StatusCode::ACCEPTED));
/// assert_eq!(response.head().cookies()[0].name(), "theme");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) cookies: Vec<NewCookie>,
}

impl Head {
    /// The head of a response with this status.
    pub(crate) fn of(status: StatusCode) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }

    /// The status. `None` stands for the default status of the endpoint.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The headers, without `Content-Type` and `Set-Cookie`.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The cookies that the response sets.
    pub fn cookies(&self) -> &[NewCookie] {
        &self.cookies
    }

    pub(crate) fn append(&mut self, name: HeaderName, value: HeaderValue) {
        self.headers.append(name, value);
    }

    /// All headers, including those of the cookies.
    ///
    /// # Errors
    ///
    /// A cookie has an attribute with a character that a header cannot contain.
    pub(crate) fn into_headers(self) -> Result<HeaderMap, SerializeError> {
        let mut headers = self.headers;
        for cookie in &self.cookies {
            let Some(value) = cookie.header_value() else {
                return Err(SerializeError::new(format!(
                    "the cookie {cookie:?} has an attribute that no header can have"
                )));
            };
            headers.append(SET_COOKIE, value);
        }
        Ok(headers)
    }
}

/// Gives a type with a [`Head`] the methods that change and show it. The type has to be
/// `#[must_use]`.
macro_rules! head_methods {
    (status: $($type:tt)+) => {
        $crate::response::head_methods!(@status $($type)+);
        $crate::response::head_methods!($($type)+);
    };
    (@status [$($parameter:tt)*] $type:ty => $($head:tt)+) => {
        impl<$($parameter)*> $type {
            /// Sets the status.
            pub fn status(mut self, status: http::StatusCode) -> Self {
                self.$($head)+.status = Some(status);
                self
            }
        }
    };
    ([$($parameter:tt)*] $type:ty => $($head:tt)+) => {
        impl<$($parameter)*> $type {
            /// Adds a header. The endpoint has to declare it. The body determines `Content-Type`.
            pub fn header(
                mut self,
                name: http::header::HeaderName,
                value: http::header::HeaderValue,
            ) -> Self {
                self.$($head)+.append(name, value);
                self
            }

            /// Sets a cookie. The endpoint has to declare it.
            pub fn cookie(mut self, cookie: $crate::NewCookie) -> Self {
                self.$($head)+.cookies.push(cookie);
                self
            }

            /// The status, the headers and the cookies.
            pub fn head(&self) -> &$crate::Head {
                &self.$($head)+
            }
        }
    };
}
pub(crate) use head_methods;
