//! Errors that document themselves.

use super::Error;
use crate::response::{ContentSpec, ResponseSpec};

/// An error type that lists its responses. An endpoint that returns it need not declare them.
///
/// The derive macro of the same name implements it for an enum, together with `Into<Error>`.
///
/// ```
/// use dmr_core::{Error, ErrorResponses, ResponseSpec};
/// use http::StatusCode;
///
/// struct OutOfStock;
///
/// impl From<OutOfStock> for Error {
///     fn from(_: OutOfStock) -> Self {
///         Error::msg(StatusCode::CONFLICT, "out of stock")
///     }
/// }
///
/// impl ErrorResponses for OutOfStock {
///     fn responses() -> Vec<ResponseSpec> {
///         vec![ResponseSpec::error(StatusCode::CONFLICT)]
///     }
/// }
/// ```
pub trait ErrorResponses: Into<Error> {
    /// The responses, in the order of the document.
    fn responses() -> Vec<ResponseSpec>;
}

/// Nothing is known of the responses of any error.
impl ErrorResponses for Error {
    fn responses() -> Vec<ResponseSpec> {
        Vec::new()
    }
}

/// Merges the specs that have the same status and the error model as their body.
pub fn merged(specs: Vec<ResponseSpec>) -> Vec<ResponseSpec> {
    let mut merged: Vec<ResponseSpec> = Vec::with_capacity(specs.len());
    for spec in specs {
        let is_error = |spec: &ResponseSpec| matches!(spec.content, ContentSpec::ErrorModel);
        let same = |known: &&mut ResponseSpec| {
            known.status == spec.status && is_error(known) && is_error(&spec)
        };
        match (merged.iter_mut().find(same), &spec.description) {
            (None, _) => merged.push(spec),
            (Some(known), Some(text)) => match &mut known.description {
                Some(description) => {
                    let description = description.to_mut();
                    description.push('\n');
                    description.push_str(text);
                }
                none => *none = Some(text.clone()),
            },
            (Some(_), None) => {}
        }
    }
    merged
}
