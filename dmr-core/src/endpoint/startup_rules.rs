//! The rules for endpoints, checked when the application is built.

use std::any::TypeId;
use std::borrow::Cow;

use super::Metadata;
use super::metadata::Draft;
use crate::controller::Hooks;
use crate::format::Pings;
use crate::options::{HttpSpec, Levels};
use crate::response::has_content;
use crate::serializer::AnyRenderer;
use crate::verb::Verb;

/// A broken rule, without the name of the endpoint.
pub(super) type Problem = Cow<'static, str>;

/// The error for streams that block, outside of debug builds.
const SYNC_WORKERS: &str = "Do not use sync workers with event streaming in production: `Events::blocking` holds a \
     thread for each client, return an async stream or set `debug`";

/// The rules that an endpoint breaks by its declaration.
pub(super) fn of_draft(
    draft: &Draft,
    controller: &dyn Hooks,
    levels: &Levels<'_>,
    debug: bool,
) -> Vec<Problem> {
    let of_components = draft.components.errors.iter().cloned();
    let mut problems: Vec<Problem> = of_components.map(Cow::Owned).collect();
    of_stream(draft, controller, levels, debug, &mut problems);
    let finished = draft.content.is_none();
    let declared = levels.list(|level| &level.responses);
    if finished && draft.options.returned.is_empty() && declared.is_empty() {
        problems.push(
            "it returns a finished response, but declares none: \
             write `#[validate(ResponseSpec::new::<T>(status))]`"
                .into(),
        );
    }
    if draft.components.principals.len() > 1 {
        problems.push("it takes more than one `Principal`: if a dependency takes one, read it from the dependency".into());
    }
    let returns_value = draft.formats.is_empty() && draft.content.is_some();
    let mut renderers = draft.renderers.iter();
    if (returns_value || draft.value.is_some()) && renderers.all(AnyRenderer::is_problem_details) {
        problems.push(
            "`ProblemJson` writes errors only: add a renderer for the value, such as \
             `renderers = (SerdeJson, ProblemJson)`"
                .into(),
        );
    }
    of_body(draft, levels, &mut problems);
    of_head(draft, &mut problems);
    problems
}

/// The problem of an endpoint that opens to everyone what an outer level closes.
pub(super) fn opened(levels: &Levels<'_>) -> Option<Problem> {
    let level = levels.opened()?;
    Some(
        format!(
            "`auth = None` opens to everyone what the `auth` of its {level} closes: move the endpoint to a \
             controller of its own, with `auth = None` on the controller"
        )
        .into(),
    )
}

/// Refuses streams that block, and pings in formats that have none.
fn of_stream(
    draft: &Draft,
    controller: &dyn Hooks,
    levels: &Levels<'_>,
    debug: bool,
    problems: &mut Vec<Problem>,
) {
    let formats = &draft.formats;
    if formats.iter().any(|format| format.blocking) && !debug {
        problems.push(SYNC_WORKERS.into());
    }
    if draft.value.is_some() {
        let renderers = || draft.renderers.iter().map(AnyRenderer::media_type);
        let both = formats.iter().map(|format| format.media_type);
        let both = both.filter(|media_type| renderers().any(|other| other == *media_type));
        problems.extend(both.map(|media_type| {
            format!(
                "it returns a value or a stream, and both have the media type '{media_type}': \
                 choose another format of the stream"
            )
            .into()
        }));
    }
    let ping = levels.first(|level| level.ping_interval);
    if ping.is_some_and(|period| !period.is_zero()) && controller.ping_event().is_none() {
        let silent = formats.iter().filter(|format| format.pings == Pings::Never);
        problems.extend(silent.map(|format| {
            format!(
                "`ping_interval` is set, but '{}' has no pings, and `ping_event` gives nothing to send",
                format.media_type
            )
            .into()
        }));
    }
}

/// Refuses a body where HTTP has none, and two bodies of one media type.
fn of_body(draft: &Draft, levels: &Levels<'_>, problems: &mut Vec<Problem>) {
    let bodies = &draft.components.bodies;
    let takes_body = !bodies.is_empty() || draft.components.files.is_some();
    let checked = |rule| !levels.set_has(|level| level.no_validate_http_spec.as_ref(), &rule);
    if takes_body && is_bodiless(draft.verb) && checked(HttpSpec::EmptyRequestBody) {
        let method = draft.verb.method();
        problems.push(
            format!(
                "HTTP method '{method}' cannot have a request body, but the endpoint takes one"
            )
            .into(),
        );
    }
    let mut media_types: Vec<&str> = Vec::new();
    for media_type in bodies.iter().flat_map(|body| &body.media_types) {
        if media_types.contains(media_type) {
            problems.push(format!("it takes two bodies of the media type '{media_type}'").into());
        }
        media_types.push(media_type);
    }
}

/// Refuses headers and cookies that are declared, but that nothing sets, because the endpoint
/// returns a value.
fn of_head(draft: &Draft, problems: &mut Vec<Problem>) {
    let headers = draft.options.header_specs.iter();
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
    let cookies = draft.options.cookie_specs.iter();
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
}

/// Whether HTTP gives the request body of this method no meaning (RFC 9110, 9.3).
fn is_bodiless(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Get | Verb::Head | Verb::Delete | Verb::Trace | Verb::Custom("CONNECT")
    )
}

/// The rules that an endpoint breaks once the levels are resolved. `principals` are the types that
/// the endpoint expects of its `auth`.
pub(super) fn of_metadata(
    metadata: &Metadata,
    levels: &Levels<'_>,
    principals: &[(TypeId, &'static str)],
) -> Vec<Problem> {
    let rule = HttpSpec::EmptyResponseBody;
    let checked = !levels.set_has(|level| level.no_validate_http_spec.as_ref(), &rule);
    let bodies = metadata
        .declaration
        .responses
        .iter()
        .filter(|spec| !has_content(spec.status) && !spec.is_empty() && checked);
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
