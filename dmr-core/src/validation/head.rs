//! Checks the presence and the values of headers and cookies against their declarations.

use std::collections::BTreeSet;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName};

use super::mismatch;
use crate::error::Error;
use crate::error_detail::{ErrorDetail, ErrorType};
use crate::quoted::quoted;
use crate::response::{DeclaredHeader, DeclaredResponse, DeclaredText, NewCookie};
use crate::schema::Context;
use crate::text::coerce;

/// Checks the presence and the values of headers.
pub(super) fn check_headers(spec: &DeclaredResponse, headers: &HeaderMap) -> Result<(), Error> {
    check_required_headers(spec, headers)?;
    let undeclared: BTreeSet<&str> = headers
        .keys()
        .filter(|name| *name != CONTENT_TYPE)
        .filter(|name| !spec.headers.iter().any(|declared| declared.name == *name))
        .map(HeaderName::as_str)
        .collect();
    if !undeclared.is_empty() {
        return Err(mismatch(format!(
            "Response has extra real undescribed {} headers",
            braced(&undeclared)
        )));
    }
    check_header_values(spec, headers)
}

/// Checks the values of the declared headers.
pub(super) fn check_header_values(
    spec: &DeclaredResponse,
    headers: &HeaderMap,
) -> Result<(), Error> {
    for header in &spec.headers {
        for value in headers.get_all(&header.name) {
            let text = String::from_utf8_lossy(value.as_bytes());
            check_text(&header.value, &text, "header", header.name.as_str())?;
        }
    }
    Ok(())
}

/// Checks the presence of the required headers.
pub(super) fn check_required_headers(
    spec: &DeclaredResponse,
    headers: &HeaderMap,
) -> Result<(), Error> {
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
            braced(&missing)
        )));
    }
    Ok(())
}

/// Checks the presence, the attributes and the values of cookies.
pub(super) fn check_cookies(spec: &DeclaredResponse, cookies: &[NewCookie]) -> Result<(), Error> {
    let is_set = |name: &str| cookies.iter().any(|cookie| cookie.name() == name);
    let missing: BTreeSet<&str> = spec
        .cookies
        .iter()
        .filter(|cookie| cookie.spec.required && !cookie.spec.skip_validation)
        .map(|cookie| &*cookie.name)
        .filter(|name| !is_set(name))
        .collect();
    if !missing.is_empty() {
        return Err(mismatch(format!(
            "Response has missing required {} cookie",
            braced(&missing)
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
            braced(&undeclared)
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
fn check_text(declared: &DeclaredText, text: &str, what: &str, name: &str) -> Result<(), Error> {
    let Some(validator) = &declared.validator else {
        return Ok(());
    };
    let value = coerce(validator.document(), validator.schema(), text);
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

fn braced(names: &BTreeSet<&str>) -> String {
    format!("{{{}}}", quoted(names))
}
