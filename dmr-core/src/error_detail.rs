//! [`ErrorDetail`]: one problem of a request or a response, as clients see it.

use std::borrow::Cow;
use std::fmt::Display;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One problem in an [`ErrorModel`](crate::ErrorModel).
///
/// ```
/// use dmr_core::{ErrorDetail, ErrorType};
///
/// let detail = ErrorDetail::new("sold out").error_type(ErrorType::USER_MSG);
/// assert_eq!(serde_json::to_string(&detail).unwrap(), r#"{"msg":"sold out","type":"user_msg"}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(
    description = "A problem: what is wrong, for people (`msg`) and for programs (`type`), and where (`loc`)."
)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// The message, for people.
    #[schemars(description = "")]
    pub msg: String,
    /// The place of the problem: the name of the request component, then the path inside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<ErrorLocation>", description = "")]
    pub loc: Option<Vec<ErrorLocation>>,
    /// The kind of problem, for programs.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", description = "")]
    pub error_type: Option<ErrorType>,
}

impl ErrorDetail {
    /// A detail that has only a message.
    pub fn new(msg: impl Display) -> Self {
        Self {
            msg: msg.to_string(),
            loc: None,
            error_type: None,
        }
    }

    /// Sets the kind of problem.
    #[must_use]
    pub fn error_type(mut self, error_type: ErrorType) -> Self {
        self.error_type = Some(error_type);
        self
    }

    /// Sets the place of the problem.
    #[must_use]
    pub fn loc(mut self, loc: impl IntoIterator<Item = ErrorLocation>) -> Self {
        self.loc = Some(loc.into_iter().collect());
        self
    }
}

/// One step of the path to a problem: an index or a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline, description = "")]
pub enum ErrorLocation {
    /// The position in an array, from 0.
    #[schemars(description = "")]
    Index(i64),
    /// The name of a component or of a field.
    #[schemars(description = "")]
    Name(String),
}

impl From<&str> for ErrorLocation {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<i64> for ErrorLocation {
    fn from(index: i64) -> Self {
        Self::Index(index)
    }
}

/// The `type` of an [`ErrorDetail`]. dmr itself sends the constants; any other text is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorType(Cow<'static, str>);

impl ErrorType {
    /// The request or the response does not match its schema.
    pub const VALUE_ERROR: Self = Self::new("value_error");
    /// The server failed.
    pub const INTERNAL_ERROR: Self = Self::new("internal_error");
    /// The path does not serve the method.
    pub const NOT_ALLOWED: Self = Self::new("not_allowed");
    /// Authentication failed.
    pub const SECURITY: Self = Self::new("security");
    /// No page has this path.
    pub const NOT_FOUND: Self = Self::new("not_found");
    /// An error of the application.
    pub const USER_MSG: Self = Self::new("user_msg");

    /// Makes a type of the application.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// Makes a type that is known only at run time.
    pub(crate) fn of(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }

    /// The text on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// All messages in one line.
pub(crate) fn joined_messages(details: &[ErrorDetail]) -> String {
    let texts: Vec<&str> = details.iter().map(|detail| detail.msg.as_str()).collect();
    texts.join("; ")
}
