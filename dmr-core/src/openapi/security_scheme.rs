//! The Security Scheme Object.

use std::borrow::Cow;

use serde::Serialize;

/// The description of an [`Auth`](crate::auth::Auth) in the document, and its name there.
///
/// ```
/// use dmr_core::SecurityScheme;
///
/// let scheme = SecurityScheme::bearer("jwt", "JWT", "JWT token auth");
/// assert_eq!(scheme.name(), "jwt");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecurityScheme {
    #[serde(skip)]
    key: Cow<'static, str>,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bearer_format: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'static, str>>,
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    location: Option<&'static str>,
    description: Cow<'static, str>,
}

impl SecurityScheme {
    /// A bearer token in the `Authorization` header (RFC 6750).
    pub fn bearer(
        name: impl Into<Cow<'static, str>>,
        format: impl Into<Cow<'static, str>>,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            key: name.into(),
            kind: "http",
            scheme: Some("Bearer"),
            bearer_format: Some(format.into()),
            name: None,
            location: None,
            description: description.into(),
        }
    }

    /// A key in its own header.
    pub fn api_key_header(
        name: impl Into<Cow<'static, str>>,
        header: impl Into<Cow<'static, str>>,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            key: name.into(),
            kind: "apiKey",
            scheme: None,
            bearer_format: None,
            name: Some(header.into()),
            location: Some("header"),
            description: description.into(),
        }
    }

    /// A key in a cookie.
    pub fn api_key_cookie(
        name: impl Into<Cow<'static, str>>,
        cookie: impl Into<Cow<'static, str>>,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            location: Some("cookie"),
            ..Self::api_key_header(name, cookie, description)
        }
    }

    /// The name under which the document lists the scheme.
    pub fn name(&self) -> &str {
        &self.key
    }
}
