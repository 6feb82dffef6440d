//! Cookies that a response sets (RFC 6265).

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use cookie::time::OffsetDateTime;
use cookie::{Cookie, SameSite};
use http::HeaderValue;

use super::header::spec_methods;
use crate::schema::SchemaOf;

/// The attributes of a cookie, shared by cookies and their declarations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CookieAttributes {
    path: Cow<'static, str>,
    domain: Option<Cow<'static, str>>,
    max_age: Option<Duration>,
    secure: bool,
    http_only: bool,
    same_site: SameSite,
}

impl Default for CookieAttributes {
    fn default() -> Self {
        Self {
            path: "/".into(),
            domain: None,
            max_age: None,
            secure: false,
            http_only: false,
            same_site: SameSite::Lax,
        }
    }
}

impl fmt::Display for CookieAttributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path={}", self.path)?;
        if let Some(domain) = &self.domain {
            write!(f, "; Domain={domain}")?;
        }
        if let Some(age) = self.max_age {
            write!(f, "; Max-Age={}", age.as_secs())?;
        }
        if self.secure {
            f.write_str("; Secure")?;
        }
        if self.http_only {
            f.write_str("; HttpOnly")?;
        }
        write!(f, "; SameSite={}", same_site(self.same_site))
    }
}

fn same_site(same_site: SameSite) -> &'static str {
    match same_site {
        SameSite::Strict => "strict",
        SameSite::Lax => "lax",
        SameSite::None => "none",
    }
}

macro_rules! attributes {
    ($type:ty) => {
        impl $type {
            /// Sets the path below which browsers send the cookie. `/` by default.
            pub fn path(mut self, path: impl Into<Cow<'static, str>>) -> Self {
                self.attributes.path = path.into();
                self
            }

            /// Sets the domain to whose hosts browsers send the cookie. By default only the host
            /// that set it.
            pub fn domain(mut self, domain: impl Into<Cow<'static, str>>) -> Self {
                self.attributes.domain = Some(domain.into());
                self
            }

            /// Sets how long browsers keep the cookie, in whole seconds. By default until they are
            /// closed.
            pub fn max_age(mut self, age: Duration) -> Self {
                self.attributes.max_age = Some(age);
                self
            }

            /// Whether browsers send the cookie only over TLS. `false` by default.
            pub fn secure(mut self, on: bool) -> Self {
                self.attributes.secure = on;
                self
            }

            /// Whether the cookie is hidden from scripts. `false` by default.
            pub fn http_only(mut self, on: bool) -> Self {
                self.attributes.http_only = on;
                self
            }

            /// Sets whether browsers send the cookie with requests from other sites.
            /// [`SameSite::Lax`] by default.
            pub fn same_site(mut self, same_site: SameSite) -> Self {
                self.attributes.same_site = same_site;
                self
            }
        }
    };
}

/// A cookie that a response sets.
///
/// ```
/// use dmr_core::NewCookie;
///
/// let cookie = NewCookie::new("session_id", "123").http_only(true);
/// assert_eq!(cookie.name(), "session_id");
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "a cookie does nothing until a response has it"]
pub struct NewCookie {
    name: Cow<'static, str>,
    pub(crate) value: Cow<'static, str>,
    attributes: CookieAttributes,
}

attributes!(NewCookie);

impl NewCookie {
    /// A cookie with the default attributes. Characters that a cookie cannot contain are
    /// percent-encoded.
    pub fn new(name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            attributes: CookieAttributes::default(),
        }
    }

    /// A cookie that makes browsers drop the cookie of this name, if its path and domain are the
    /// same.
    pub fn removal(name: impl Into<Cow<'static, str>>) -> Self {
        Self::new(name, "").max_age(Duration::ZERO)
    }

    /// The name of the cookie, which is case-sensitive.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn attributes(&self) -> &CookieAttributes {
        &self.attributes
    }

    /// The value of `Set-Cookie`. `None` if an attribute has a character that a header cannot
    /// contain.
    pub(crate) fn header_value(&self) -> Option<HeaderValue> {
        let CookieAttributes {
            path,
            domain,
            max_age,
            secure,
            http_only,
            same_site: site,
        } = &self.attributes;
        let mut cookie = Cookie::build((&*self.name, &*self.value)).path(&**path);
        if let Some(domain) = domain {
            cookie = cookie.domain(&**domain);
        }
        if *secure {
            cookie = cookie.secure(true);
        }
        if *http_only {
            cookie = cookie.http_only(true);
        }
        if let Some(age) = max_age.and_then(|age| age.try_into().ok()) {
            cookie = cookie.max_age(age);
            if let Some(expires) = OffsetDateTime::now_utc().checked_add(age) {
                cookie = cookie.expires(expires);
            }
        }
        let cookie = cookie.build();
        // Added here because of the case: django-modern-rest writes `SameSite=lax`.
        let text = format!("{}; SameSite={}", cookie.encoded(), same_site(*site));
        HeaderValue::try_from(text).ok()
    }
}

impl fmt::Debug for NewCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The value is left out: it may be a session.
        write!(f, "{}=…; {}", self.name, self.attributes)
    }
}

/// The declaration of a cookie that a response sets.
///
/// ```
/// use dmr_core::{CookieSpec, ResponseSpec};
/// use http::StatusCode;
///
/// let logged_in = ResponseSpec::empty(StatusCode::NO_CONTENT)
///     .cookie("session", CookieSpec::new().http_only(true));
/// # let _ = logged_in;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a spec does nothing until it is declared"]
pub struct CookieSpec {
    pub(crate) attributes: CookieAttributes,
    pub(crate) required: bool,
    pub(crate) skip_validation: bool,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) value: SchemaOf,
}

attributes!(CookieSpec);

impl CookieSpec {
    /// A required cookie with the default attributes.
    pub fn new() -> Self {
        Self {
            attributes: CookieAttributes::default(),
            required: true,
            skip_validation: false,
            description: None,
            value: SchemaOf::of::<str>(),
        }
    }

    spec_methods!("cookie");

    /// The declaration of a cookie that an endpoint always sets.
    pub(crate) fn of(cookie: &NewCookie) -> Self {
        Self {
            attributes: cookie.attributes.clone(),
            ..Self::new()
        }
    }
}

impl Default for CookieSpec {
    fn default() -> Self {
        Self::new()
    }
}
