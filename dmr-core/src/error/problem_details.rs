//! Problem details (RFC 9457).

use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Error, ErrorBody, ErrorKind};
use crate::error_detail::{ErrorDetail, ErrorType, joined_messages};

/// A problem details object (RFC 9457): an error with a status, a URI as its type, and extension
/// members.
///
/// As the error model of a controller (`type ErrorModel = ProblemDetails;`), it is the body of
/// every error. An endpoint with [`ProblemJson`](crate::serializer::ProblemJson) among its
/// `renderers` sends it to clients that ask for `application/problem+json`, and the error model to
/// all others. Converted into an [`Error`], it is an answer of the application.
///
/// ```
/// use dmr_core::{Error, ProblemDetails};
/// use http::StatusCode;
///
/// fn pay(balance: u64) -> Result<(), Error> {
///     Err(ProblemDetails::new(StatusCode::PAYMENT_REQUIRED, "Not enough credit")
///         .problem_type("https://example.com/probs/out-of-credit")
///         .title("You do not have enough credit.")
///         .extension("balance", balance)?
///         .into())
/// }
/// # assert_eq!(pay(3).unwrap_err().status(), 402);
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(description = "Problem details for HTTP APIs (RFC 9457).")]
pub struct ProblemDetails {
    /// The problem of this occurrence, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", description = "")]
    pub detail: Option<String>,
    /// The status of the response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u16", description = "")]
    pub status: Option<u16>,
    /// A URI that names the kind of problem.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", description = "")]
    pub problem_type: Option<String>,
    /// The kind of problem, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", description = "")]
    pub title: Option<String>,
    /// A URI that names this occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", description = "")]
    pub instance: Option<String>,
    /// Further members.
    #[serde(flatten)]
    #[schemars(with = "Map<String, Value>")]
    pub extensions: Map<String, Value>,
}

const MEMBERS: [&str; 5] = ["detail", "status", "type", "title", "instance"];

/// The error of an extension member that has the name of a standard member.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Field \"extra\" cannot contain {{'{0}'}} fields")]
pub struct ReservedMember(String);

impl From<ReservedMember> for Error {
    fn from(error: ReservedMember) -> Self {
        Self::internal(error)
    }
}

impl ProblemDetails {
    /// A problem with a status and a detail.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            status: Some(status.as_u16()),
            ..Self::default()
        }
    }

    /// Sets the URI that names the kind of problem.
    #[must_use]
    pub fn problem_type(mut self, uri: impl Into<String>) -> Self {
        self.problem_type = Some(uri.into());
        self
    }

    /// The kind of problem, for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets the URI that names this occurrence.
    #[must_use]
    pub fn instance(mut self, uri: impl Into<String>) -> Self {
        self.instance = Some(uri.into());
        self
    }

    /// Adds an extension member.
    ///
    /// # Errors
    ///
    /// A standard member has this name.
    pub fn extension(
        mut self,
        name: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<Self, ReservedMember> {
        let name = name.into();
        if MEMBERS.contains(&name.as_str()) {
            return Err(ReservedMember(name));
        }
        self.extensions.insert(name, value.into());
        Ok(self)
    }
}

impl From<ProblemDetails> for Error {
    /// Makes an answer of the application. A problem without a status is a 500.
    fn from(problem: ProblemDetails) -> Self {
        let status = problem
            .status
            .and_then(|code| StatusCode::from_u16(code).ok());
        let mut detail = ErrorDetail::new(problem.detail.as_deref().unwrap_or_default());
        if let Some(uri) = &problem.problem_type {
            detail = detail.error_type(ErrorType::of(uri.clone()));
        }
        Self::application(
            status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            vec![detail],
        )
        .with_problem(problem)
    }
}

impl ErrorBody for ProblemDetails {
    /// Returns the problem from which the error was made. Without one, it joins all messages and
    /// takes the status and the first type.
    fn from_error(error: &Error) -> Self {
        if let Some(problem) = error.problem() {
            return problem.clone();
        }
        let details = error.details();
        let first = details.iter().find_map(|detail| detail.error_type.as_ref());
        Self {
            detail: Some(joined_messages(details)),
            // Parity with django-modern-rest, whose 405 has no `status` member.
            status: (error.kind() != ErrorKind::NotAllowed).then(|| error.status().as_u16()),
            problem_type: first.map(|first| first.as_str().to_owned()),
            ..Self::default()
        }
    }
}
