//! Checks bodies against their declarations.

use bytes::Bytes;
use serde_json::Value;

use super::mismatch;
use crate::error::Error;
use crate::error_detail::ErrorDetail;
use crate::media_type::covers;
use crate::quoted::quoted;
use crate::response::{DeclaredContent, DeclaredModel, DeclaredResponse};
use crate::schema::{CheckWhen, Context};
use crate::serializer::{AnyParser, is_finite};

/// The declared model of a body in this media type. `None` for a file.
pub(super) fn model_for<'d>(
    spec: &'d DeclaredResponse,
    media_type: &str,
) -> Result<Option<&'d DeclaredModel>, Error> {
    let limited = |allowed: &[&str]| {
        mismatch(format!(
            "Response {} is not allowed for '{media_type}', only for [{}]",
            spec.status.as_str(),
            quoted(allowed)
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
        DeclaredContent::Stream {
            formats,
            item,
            value,
            ..
        } => {
            let media_types: Vec<&str> = formats.iter().map(|format| format.media_type).collect();
            match value {
                _ if media_types.contains(&media_type) => Ok(Some(item)),
                Some(value) => Ok(Some(value)),
                None => Err(limited(&media_types)),
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
                    quoted(&known)
                ))
            })
        }
    }
}

/// Checks the value of a body or an event, if `check` says so.
pub(super) fn check_data(
    model: &DeclaredModel,
    check: CheckWhen,
    value: &dyn erased_serde::Serialize,
    locations: bool,
) -> Result<(), Vec<ErrorDetail>> {
    match check {
        CheckWhen::Never => return Ok(()),
        CheckWhen::UnlessFinite if is_finite(value) => return Ok(()),
        CheckWhen::UnlessFinite | CheckWhen::Always => {}
    }
    // A value that cannot be written as JSON cannot be checked as JSON. The renderer will report
    // it.
    let Ok(value) = serde_json::to_value(value) else {
        return Ok(());
    };
    let checked = check_value(model, &value, locations);
    model.proof.checked(checked.is_ok());
    checked
}

/// Checks the JSON value of a body.
pub(super) fn check_value(
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

/// Reads a body that the endpoint itself rendered, if there is a parser for its media type.
pub(super) fn parse_body(
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
            "Response body is not '{media_type}': {error}"
        ))),
    }
}
