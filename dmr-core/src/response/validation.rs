//! Does a response keep what the endpoint declares? (behaviour 6)

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::DeclaredResponse;
use crate::error::{Error, ErrorDetail, ErrorType};
use crate::schema::Context;

/// What happens to a response that does not match its declaration (decision 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValidateResponses {
    /// It is replaced by a 422 that says what is wrong.
    #[default]
    Strict,
    /// It is sent, and an error is logged.
    Log,
    /// Nothing is checked, and no 422 is documented.
    Off,
}

/// Checks the status and the headers, and finds what was declared for the status.
pub(crate) fn check_head<'d>(
    declared: &'d [DeclaredResponse],
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<&'d DeclaredResponse, Error> {
    let Some(spec) = declared.iter().find(|spec| spec.status == status) else {
        let known: Vec<&str> = declared.iter().map(|spec| spec.status.as_str()).collect();
        return Err(mismatch(format!(
            "Returned status code {} is not specified in the list of allowed status codes: [{}]",
            status.as_str(),
            known.join(", ")
        )));
    };
    let missing: Vec<&str> = spec
        .headers
        .iter()
        .filter(|(name, _, header)| header.required && !headers.contains_key(name))
        .map(|(name, ..)| name.as_str())
        .collect();
    if !missing.is_empty() {
        return Err(mismatch(format!(
            "Response has missing required {} headers",
            set(&missing)
        )));
    }
    let undeclared: Vec<&str> = headers
        .keys()
        .filter(|name| *name != CONTENT_TYPE)
        .filter(|name| !spec.headers.iter().any(|(declared, ..)| declared == *name))
        .map(http::HeaderName::as_str)
        .collect();
    if !undeclared.is_empty() {
        return Err(mismatch(format!(
            "Response has extra real undescribed {} headers",
            set(&undeclared)
        )));
    }
    Ok(spec)
}

/// Checks a body, or an event.
pub(crate) fn check_body<T: Serialize + ?Sized>(
    spec: &DeclaredResponse,
    value: &T,
    locations: bool,
) -> Result<(), Vec<ErrorDetail>> {
    // What cannot be written as JSON cannot be checked as JSON; rendering will tell.
    let Ok(value) = serde_json::to_value(value) else {
        return Ok(());
    };
    let errors = spec.validator.errors(&value, Context::response(locations));
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

fn mismatch(text: String) -> Error {
    Error::response(vec![
        ErrorDetail::new(text).error_type(ErrorType::VALUE_ERROR),
    ])
}

fn set(names: &[&str]) -> String {
    format!("{{'{}'}}", names.join("', '"))
}
