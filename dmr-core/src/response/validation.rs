//! Does a response keep what the endpoint declares? (behaviour 6)

use std::collections::BTreeSet;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, StatusCode};
use serde::Serialize;
use serde_json::Value;

use super::declared::{DeclaredHeader, TextValue};
use super::{DeclaredContent, DeclaredModel, DeclaredResponse, NewCookie};
use crate::error::{Error, ErrorDetail, ErrorType};
use crate::negotiation::covers;
use crate::schema::{Context, coerce};
use crate::serializer::AnyParser;

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

/// What was declared for the status.
pub(crate) fn check_status(
    declared: &[DeclaredResponse],
    status: StatusCode,
) -> Result<&DeclaredResponse, Error> {
    let found = declared.iter().find(|spec| spec.status == status);
    found.ok_or_else(|| {
        let known: Vec<&str> = declared.iter().map(|spec| spec.status.as_str()).collect();
        mismatch(format!(
            "Returned status code {} is not specified in the list of allowed status codes: [{}]",
            status.as_str(),
            known.join(", ")
        ))
    })
}

/// The declared type of a body that is sent in this media type; `None` for a file.
pub(crate) fn model_for<'d>(
    spec: &'d DeclaredResponse,
    media_type: &str,
) -> Result<Option<&'d DeclaredModel>, Error> {
    let limited = |allowed: &[&str]| {
        mismatch(format!(
            "Response {} is not allowed for '{media_type}', only for [{}]",
            spec.status.as_str(),
            list(allowed)
        ))
    };
    if let Some(allowed) = &spec.media_types
        && !allowed.iter().any(|allowed| allowed == media_type)
    {
        let allowed: Vec<&str> = allowed.iter().map(|allowed| &**allowed).collect();
        return Err(limited(&allowed));
    }
    match &spec.content {
        DeclaredContent::Value(model) => Ok(Some(model)),
        DeclaredContent::Stream { formats, item, .. } => {
            let media_types: Vec<&str> = formats.iter().map(|format| format.media_type).collect();
            if media_types.contains(&media_type) {
                Ok(Some(item))
            } else {
                Err(limited(&media_types))
            }
        }
        DeclaredContent::File(file) if covers(file, media_type) => Ok(None),
        DeclaredContent::File(file) => Err(limited(&[file])),
        DeclaredContent::ByMediaType(models) => {
            let found = models.iter().find(|(known, _)| known == media_type);
            found.map(|(_, model)| Some(model)).ok_or_else(|| {
                let known: Vec<&str> = models.iter().map(|(known, _)| &**known).collect();
                mismatch(format!(
                    "Content-Type '{media_type}' is not listed in supported content types [{}]",
                    list(&known)
                ))
            })
        }
    }
}

/// Checks a body, or an event.
pub(crate) fn check_body<T: Serialize + ?Sized>(
    model: &DeclaredModel,
    value: &T,
    locations: bool,
) -> Result<(), Vec<ErrorDetail>> {
    // What cannot be written as JSON cannot be checked as JSON; rendering will tell.
    let Ok(value) = serde_json::to_value(value) else {
        return Ok(());
    };
    check_value(model, &value, locations)
}

/// Checks a body that is known as JSON.
pub(crate) fn check_value(
    model: &DeclaredModel,
    value: &Value,
    locations: bool,
) -> Result<(), Vec<ErrorDetail>> {
    let errors = model.validator.errors(value, Context::response(locations));
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// Reads a body that was rendered by hand, as far as there is a parser of its media type.
pub(crate) fn parse_body(
    parsers: &[AnyParser],
    media_type: &str,
    body: &Bytes,
) -> Result<Option<Value>, Error> {
    let parser = parsers.iter().find_map(|parser| match parser {
        AnyParser::Format(parser) if parser.media_type() == media_type => Some(parser),
        _ => None,
    });
    match parser.map(|parser| parser.value(body)) {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value)),
        Some(Err(error)) => Err(mismatch(format!(
            "Response body is no '{media_type}': {error}"
        ))),
    }
}

/// Checks which headers there are, and their values (decision 6).
pub(crate) fn check_headers(spec: &DeclaredResponse, headers: &HeaderMap) -> Result<(), Error> {
    let required = |header: &DeclaredHeader| header.spec.required && !header.spec.skip_validation;
    let missing: BTreeSet<&str> = spec
        .headers
        .iter()
        .filter(|header| required(header) && !headers.contains_key(&header.name))
        .map(|header| header.name.as_str())
        .collect();
    if !missing.is_empty() {
        return Err(mismatch(format!(
            "Response has missing required {} headers",
            set(&missing)
        )));
    }
    let undeclared: BTreeSet<&str> = headers
        .keys()
        .filter(|name| *name != CONTENT_TYPE)
        .filter(|name| !spec.headers.iter().any(|declared| declared.name == *name))
        .map(HeaderName::as_str)
        .collect();
    if !undeclared.is_empty() {
        return Err(mismatch(format!(
            "Response has extra real undescribed {} headers",
            set(&undeclared)
        )));
    }
    for header in &spec.headers {
        for value in headers.get_all(&header.name) {
            let text = String::from_utf8_lossy(value.as_bytes());
            check_text(&header.value, &text, "header", header.name.as_str())?;
        }
    }
    Ok(())
}

/// Checks which cookies are set, their attributes and their values.
pub(crate) fn check_cookies(spec: &DeclaredResponse, cookies: &[NewCookie]) -> Result<(), Error> {
    let set_by_response = |name: &str| cookies.iter().any(|cookie| cookie.name() == name);
    let missing: BTreeSet<&str> = spec
        .cookies
        .iter()
        .filter(|cookie| cookie.spec.required && !cookie.spec.skip_validation)
        .map(|cookie| &*cookie.name)
        .filter(|name| !set_by_response(name))
        .collect();
    if !missing.is_empty() {
        return Err(mismatch(format!(
            "Response has missing required {} cookie",
            set(&missing)
        )));
    }
    let declared = |name: &str| spec.cookies.iter().find(|cookie| cookie.name == name);
    let undeclared: BTreeSet<&str> = cookies
        .iter()
        .map(NewCookie::name)
        .filter(|name| declared(name).is_none())
        .collect();
    if !undeclared.is_empty() {
        return Err(mismatch(format!(
            "Response has extra real undescribed {} cookies",
            set(&undeclared)
        )));
    }
    for cookie in cookies {
        let Some(declared) = declared(cookie.name()) else {
            continue;
        };
        if declared.spec.skip_validation {
            continue;
        }
        if *cookie.attributes() != declared.spec.attributes {
            return Err(mismatch(format!(
                "Response cookie {cookie:?} is not equal to CookieSpec({})",
                declared.spec.attributes
            )));
        }
        check_text(&declared.value, &cookie.value, "cookie", cookie.name())?;
    }
    Ok(())
}

/// Checks the value of a header or of a cookie.
fn check_text(declared: &TextValue, text: &str, what: &str, name: &str) -> Result<(), Error> {
    let Some(validator) = &declared.validator else {
        return Ok(());
    };
    let value = coerce(validator.root(), validator.root(), text);
    let errors = validator.errors(&value, Context::response(false));
    let errors = errors.into_iter().map(|detail| {
        ErrorDetail::new(format_args!(
            "{} - in the response {what} '{name}'",
            detail.msg
        ))
        .error_type(ErrorType::VALUE_ERROR)
    });
    let errors: Vec<ErrorDetail> = errors.collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::response(errors))
    }
}

/// What a client learns about a response that breaks its declaration.
pub(crate) fn mismatch(text: impl std::fmt::Display) -> Error {
    Error::response(vec![
        ErrorDetail::new(text).error_type(ErrorType::VALUE_ERROR),
    ])
}

fn set(names: &BTreeSet<&str>) -> String {
    let names: Vec<&str> = names.iter().copied().collect();
    format!("{{{}}}", list(&names))
}

/// `'a', 'b'`
pub(crate) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    quoted.join(", ")
}
