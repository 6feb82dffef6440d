//! The rules that an endpoint has to keep, checked when the application is built (behaviour 14).

use std::any::TypeId;
use std::borrow::Cow;

use serde_json::json;

use super::Metadata;
use super::metadata::Said;
use super::options::Levels;
use crate::controller::Controller;

/// What is wrong, without the name of the endpoint.
pub(super) type Problem = Cow<'static, str>;

/// The text of the guard (decision 19).
const SYNC_WORKERS: &str = "Do not use sync workers with event streaming in production";

/// What is wrong with what the endpoint says.
pub(super) fn problems<C: Controller>(
    said: &Said,
    controller: &C,
    levels: &Levels<'_>,
    debug: bool,
) -> Vec<Problem> {
    let mut problems: Vec<Problem> = said
        .described
        .errors
        .iter()
        .cloned()
        .map(Cow::Owned)
        .collect();
    if said.outcome.blocking && !debug {
        problems.push(SYNC_WORKERS.into());
    }
    let pings = said.outcome.stream.is_some() && levels.ping().is_some();
    if pings && controller.ping_event().is_none() {
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
    if said.described.principals.len() > 1 {
        problems.push("it takes more than one `Principal`".into());
    }
    problems
}

/// What is wrong once the levels are resolved. `principals` are the types that the endpoint wants of its `auth`.
pub(super) fn resolved_problems(
    metadata: &Metadata,
    principals: &[(TypeId, &'static str)],
) -> Vec<Problem> {
    let bodies = metadata.declared.iter().filter(|spec| {
        let bodiless = matches!(spec.status.as_u16(), 100..=199 | 204 | 304);
        bodiless && spec.schema != json!({"type": "null"})
    });
    let bodies = bodies.map(|spec| {
        let status = spec.status.as_str();
        format!("a response with the status {status} cannot have a body: declare `()`")
    });
    let yielded = |id: &TypeId| {
        let mut auths = metadata.auth.iter();
        !metadata.auth.is_empty() && auths.all(|auth| auth.principal == *id)
    };
    let missing = principals.iter().filter(|(id, _)| !yielded(id));
    let missing = missing.map(|(_, name)| {
        format!("it takes `Principal<{name}>`, but not every `auth` of the endpoint yields one")
    });
    bodies.chain(missing).map(Problem::Owned).collect()
}
