//! The rules that an endpoint has to keep, checked when the application is built (behaviour 14).

use std::borrow::Cow;

use super::Metadata;
use super::metadata::Said;
use super::options::Levels;
use crate::controller::Controller;

/// The text of the guard (decision 19).
const SYNC_WORKERS: &str = "Do not use sync workers with event streaming in production";

/// What is wrong with what the endpoint says.
pub(super) fn problems<C: Controller>(
    said: &Said,
    controller: &C,
    levels: &Levels<'_>,
    debug: bool,
) -> Vec<Cow<'static, str>> {
    let mut problems: Vec<Cow<'static, str>> = said
        .described
        .errors
        .iter()
        .cloned()
        .map(Cow::Owned)
        .collect();
    if said.outcome.blocking && !debug {
        problems.push(SYNC_WORKERS.into());
    }
    let pings = levels.first(|level| level.ping_seconds).is_some();
    if said.outcome.stream.is_some() && pings && controller.ping_event().is_none() {
        problems.push("`ping_seconds` is set, but `ping_event()` gives nothing to send".into());
    }
    let finished = said.outcome.content.is_none();
    if finished && levels.0.iter().all(|level| level.responses.is_empty()) {
        problems.push(
            "it returns a finished response, but none is declared: \
             write `#[validate(ResponseSpec::new::<T>(status))]`"
                .into(),
        );
    }
    let mut auths = super::super::auth::Levels::default();
    levels
        .0
        .iter()
        .for_each(|level| auths.add(level.auth.as_ref()));
    let auths = auths.finish();
    for (id, name) in &said.described.principals {
        if auths.is_empty() || auths.iter().any(|auth| auth.principal != *id) {
            problems.push(
                format!(
                    "it takes `Principal<{name}>`, but not every `auth` of the endpoint yields one"
                )
                .into(),
            );
        }
    }
    if said.described.principals.len() > 1 {
        problems.push("it takes more than one `Principal`".into());
    }
    problems
}

/// What is wrong once the levels are resolved.
pub(super) fn resolved_problems(metadata: &Metadata) -> Vec<Cow<'static, str>> {
    let empty = serde_json::json!({"type": "null"});
    metadata
        .declared
        .iter()
        .filter(|spec| {
            let status = spec.status.as_u16();
            matches!(status, 100..=199 | 204 | 304) && spec.schema != empty
        })
        .map(|spec| {
            let status = spec.status.as_str();
            format!("a response with the status {status} cannot have a body: declare `()`").into()
        })
        .collect()
}
