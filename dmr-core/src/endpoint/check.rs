//! The rules that an endpoint has to keep, checked when the application is built (behaviour 14).

use std::any::TypeId;
use std::borrow::Cow;

use super::levels::Levels;
use super::metadata::Said;
use super::{HttpSpec, Metadata, Verb};
use crate::controller::Controller;
use crate::stream::format::Pings;

/// What is wrong, without the name of the endpoint.
pub(super) type Problem = Cow<'static, str>;

/// The text of the guard (decision 19).
const SYNC_WORKERS: &str = "Do not use sync workers with event streaming in production";

/// What is wrong with what the endpoint says.
pub(super) fn problems<C: Controller>(
    said: &Said<C>,
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
    let formats = &said.formats;
    if formats.iter().any(|format| format.blocking) && !debug {
        problems.push(SYNC_WORKERS.into());
    }
    let ping = levels.first(|level| level.ping_seconds);
    if ping.is_some_and(|period| !period.is_zero()) && controller.ping_event().is_none() {
        let silent = formats.iter().filter(|format| format.pings == Pings::Never);
        problems.extend(silent.map(|format| {
            format!(
                "`ping_seconds` is set, but '{}' has no pings, and `ping_event()` gives nothing to send",
                format.media_type
            )
            .into()
        }));
    }
    let finished = said.content.is_none();
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
    let checked = |rule| !levels.union_has(|level| level.no_validate_http_spec.as_ref(), &rule);
    let takes_body = !said.described.bodies.is_empty() || said.described.files.is_some();
    if takes_body && is_bodiless(said.verb) && checked(HttpSpec::EmptyRequestBody) {
        let method = said.verb.method();
        problems.push(
            format!(
                "HTTP method '{method}' cannot have a request body, but the endpoint takes one"
            )
            .into(),
        );
    }
    let mut media_types: Vec<&str> = Vec::new();
    for media_type in said
        .described
        .bodies
        .iter()
        .flat_map(|body| &body.media_types)
    {
        if media_types.contains(media_type) {
            problems.push(format!("it takes two bodies of the type '{media_type}'").into());
        }
        media_types.push(media_type);
    }
    let own = &said.own;
    let headers = own.header_specs.iter();
    for (name, _) in headers.filter(|(_, spec)| !spec.skip_validation) {
        problems.push(
            format!(
                "it returns a value, so that nothing sets the header `{name}` of a `HeaderSpec`: give the header \
                 a value with `headers = [(\"{name}\", NewHeader::new(…))]`, or `skip_validation()`, if a \
                 middleware adds it"
            )
            .into(),
        );
    }
    let cookies = own.cookie_specs.iter();
    for (name, _) in cookies.filter(|(_, spec)| !spec.skip_validation) {
        problems.push(
            format!(
                "it returns a value, so that nothing sets the cookie `{name}` of a `CookieSpec`: give the cookie \
                 a value with `cookies = [NewCookie::new(\"{name}\", …)]`, or `skip_validation()`, if a \
                 middleware sets it"
            )
            .into(),
        );
    }
    problems
}

/// Whether the method gives a body no meaning (RFC 9110, 9.3).
fn is_bodiless(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Get | Verb::Head | Verb::Delete | Verb::Trace | Verb::Custom("CONNECT")
    )
}

/// What is wrong once the levels are resolved. `principals` are the types that the endpoint wants of its `auth`.
pub(super) fn resolved_problems(
    metadata: &Metadata,
    levels: &Levels<'_>,
    principals: &[(TypeId, &'static str)],
) -> Vec<Problem> {
    let rule = HttpSpec::EmptyResponseBody;
    let checked = !levels.union_has(|level| level.no_validate_http_spec.as_ref(), &rule);
    let bodies = metadata.declared.iter().filter(|spec| {
        let bodiless = matches!(spec.status.as_u16(), 100..=199 | 204 | 304);
        bodiless && !spec.is_empty() && checked
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
