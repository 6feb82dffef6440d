//! Redirects (RFC 9110, 15.4).

use http::StatusCode;
use http::header::{HeaderValue, LOCATION};

use super::Response;
use super::location::location;

/// A redirect to another URL. It converts into a [`Response`] and an [`Error`](crate::Error). The
/// endpoint declares it with [`ResponseSpec::redirect`](crate::ResponseSpec::redirect).
///
/// ```
/// use dmr_core::{Error, RedirectTo};
///
/// fn moved() -> Result<(), Error> {
///     Err(RedirectTo::new("https://example.com/new")?.into())
/// }
/// # assert_eq!(moved().unwrap_err().status(), 302);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "the endpoint has to return it"]
pub struct RedirectTo {
    pub(crate) url: HeaderValue,
    pub(crate) status: StatusCode,
}

/// The reason why a redirect cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedirectError {
    /// The URL is too long.
    #[error("Unsafe redirect exceeding {MAX_LENGTH} characters")]
    TooLong,
    /// The URL could run a script, or leave HTTP.
    #[error("Unsafe redirect to URL with protocol '{0}'")]
    Protocol(String),
    /// The status is not that of a redirect.
    #[error("RedirectTo might be used only with 3xx statuses, given: {}", .0.as_str())]
    Status(StatusCode),
}

const MAX_LENGTH: usize = 16_384;

impl RedirectTo {
    /// A redirect with the status 302. The URL may be relative. Characters that a URL cannot
    /// contain are percent-encoded.
    ///
    /// # Errors
    ///
    /// The URL is longer than 16,384 characters, or has a scheme other than `http` and `https`.
    pub fn new(url: &str) -> Result<Self, RedirectError> {
        if url.chars().count() > MAX_LENGTH {
            return Err(RedirectError::TooLong);
        }
        // Browsers ignore blanks and control characters at the beginning, and tabs and line breaks
        // anywhere.
        let seen: String = url
            .trim_start_matches(|character: char| character <= ' ')
            .chars()
            .filter(|character| !matches!(character, '\t' | '\r' | '\n'))
            .collect();
        let scheme = seen
            .split(['/', '?', '#'])
            .next()
            .and_then(|start| start.split_once(':'));
        if let Some((scheme, _)) = scheme
            && !scheme.eq_ignore_ascii_case("http")
            && !scheme.eq_ignore_ascii_case("https")
        {
            return Err(RedirectError::Protocol(scheme.to_owned()));
        }
        Ok(Self {
            url: location(&seen).ok_or(RedirectError::TooLong)?,
            status: StatusCode::FOUND,
        })
    }

    /// Sets the status.
    ///
    /// # Errors
    ///
    /// The status is not in the range 300 to 399.
    pub fn status(mut self, status: StatusCode) -> Result<Self, RedirectError> {
        if !status.is_redirection() {
            return Err(RedirectError::Status(status));
        }
        self.status = status;
        Ok(self)
    }
}

impl From<RedirectTo> for Response {
    fn from(redirect: RedirectTo) -> Self {
        Self::empty(redirect.status).header(LOCATION, redirect.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unsafe_is_refused() {
        let protocol = |url: &str| match RedirectTo::new(url) {
            Err(RedirectError::Protocol(scheme)) => Some(scheme),
            _ => None,
        };
        assert_eq!(
            protocol("javascript:alert(1)").as_deref(),
            Some("javascript")
        );
        assert_eq!(
            protocol(" java\nscript:alert(1)").as_deref(),
            Some("javascript")
        );
        assert_eq!(protocol("ftp://example.com/").as_deref(), Some("ftp"));
        assert_eq!(protocol("/next?to=a:b"), None);
        assert_eq!(protocol("HTTPS://example.com"), None);
        let long = "a".repeat(MAX_LENGTH + 1);
        assert_eq!(
            RedirectTo::new(&long)
                .map(drop)
                .map_err(|error| error.to_string()),
            Err("Unsafe redirect exceeding 16384 characters".to_owned())
        );
        let status = RedirectTo::new("/").and_then(|redirect| redirect.status(StatusCode::OK));
        assert_eq!(
            status.map(drop).map_err(|error| error.to_string()),
            Err("RedirectTo might be used only with 3xx statuses, given: 200".to_owned())
        );
    }

    #[test]
    fn a_url_is_encoded_and_cannot_add_headers() {
        let to = |url: &str| RedirectTo::new(url).map(|redirect| redirect.url);
        assert_eq!(
            to("/straße?q=%20 x").expect("a URL"),
            "/stra%C3%9Fe?q=%20%20x"
        );
        assert_eq!(to("/a\r\nX: 1").expect("a URL"), "/aX:%201");
    }
}
