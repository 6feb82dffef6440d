//! The default body of an error response.

use std::fmt::Display;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error_detail::ErrorDetail;

/// The default body of every error response: a list of problems.
///
/// A controller can choose another model: see
/// [`Controller::ErrorModel`](crate::Controller::ErrorModel).
///
/// ```
/// use dmr_core::ErrorModel;
///
/// let body = serde_json::to_string(&ErrorModel::msg("out of stock")).unwrap();
/// assert_eq!(body, r#"{"detail":[{"msg":"out of stock"}]}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(description = "Everything that is wrong, one entry for each problem.")]
pub struct ErrorModel {
    /// The problems, one entry for each.
    #[schemars(description = "")]
    pub detail: Vec<ErrorDetail>,
}

impl ErrorModel {
    /// A model with one detail that has only a message.
    pub fn msg(msg: impl Display) -> Self {
        Self::from(vec![ErrorDetail::new(msg)])
    }
}

impl From<Vec<ErrorDetail>> for ErrorModel {
    fn from(detail: Vec<ErrorDetail>) -> Self {
        Self { detail }
    }
}
