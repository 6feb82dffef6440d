//! The responses of an endpoint: its declared responses, and those of dmr itself.

use http::StatusCode;

use super::Build;
use super::metadata::Draft;
use crate::auth::Alternative;
use crate::controller::Hooks;
use crate::error::{ProblemDetails, merged};
use crate::format::FormatInfo;
use crate::openapi::Location;
use crate::options::Levels;
use crate::response::{ContentSpec, CookieSpec, DeclaredResponse, ResponseSpec};
use crate::schema::SchemaOf;
use crate::serializer::AnyRenderer;
use crate::validation::ValidateResponses;

/// The properties of an endpoint that determine dmr's own responses.
pub(super) struct Causes<'d> {
    pub(super) endpoint: &'d str,
    pub(super) default_status: StatusCode,
    pub(super) validate: ValidateResponses,
    pub(super) invalid_response_status: StatusCode,
    pub(super) auth: &'d [Alternative],
    /// Whether a client can get a 406.
    pub(super) can_refuse: bool,
}

/// All responses, in the order of the document: those of the option, of the middleware, of the
/// return type, of the error type, of dependencies and auths, and of dmr itself.
pub(super) fn resolve(
    draft: &Draft,
    controller: &dyn Hooks,
    levels: &Levels<'_>,
    causes: &Causes<'_>,
    build: &mut Build,
) -> Vec<DeclaredResponse> {
    let error_content = error_content(controller, &draft.renderers);
    let error_event = levels.first(|level| level.error_event);
    let complete = |spec: ResponseSpec| {
        let mut spec = with_error_model(spec, &error_content, controller);
        if let ContentSpec::Stream { formats, .. } = &mut spec.content
            && let Some(only) = draft.choice.path()
        {
            FormatInfo::retain(formats, only);
        }
        match error_event {
            Some(model) => spec.error_event_of(model),
            None => spec,
        }
    };
    let of_dependencies = &draft.components.errors_declared;
    let middleware = levels.middleware();
    let of_middleware = middleware.iter().flat_map(|layer| &layer.responses);
    let of_auth = causes.auth.iter().flat_map(|auth| &auth.responses);
    let errors = of_error_type(draft).chain(of_dependencies.iter().chain(of_auth).cloned());
    let explicit = levels
        .list(|level| &level.responses)
        .into_iter()
        .chain(of_middleware.cloned())
        .chain(draft.options.returned.iter().cloned())
        .chain(main_spec(draft, causes.default_status))
        .chain(merged(errors.collect()));
    let mut declared = declare(causes.endpoint, explicit.map(complete), build);
    if levels
        .first(|level| level.semantic_responses)
        .unwrap_or(true)
    {
        let excluded = |status: StatusCode| {
            levels.set_has(|level| level.exclude_semantic_responses.as_ref(), &status)
        };
        let semantic = semantic_specs(draft, causes).filter(|spec| !excluded(spec.status));
        for spec in declare(causes.endpoint, semantic.map(complete), build) {
            if !declared.iter().any(|known| known.status == spec.status) {
                declared.push(spec);
            }
        }
    }
    declared
}

/// The responses of the error type that the endpoint can give.
fn of_error_type(draft: &Draft) -> impl Iterator<Item = ResponseSpec> {
    let only = &draft.options.error_responses;
    let is_given = |spec: &&ResponseSpec| {
        let only = only.as_ref();
        only.is_none_or(|only| only.contains(&spec.status))
    };
    draft.errors.iter().filter(is_given).cloned()
}

/// Declares responses. An invalid spec, or one that contradicts an earlier one, is an error.
fn declare(
    endpoint: &str,
    specs: impl Iterator<Item = ResponseSpec>,
    build: &mut Build,
) -> Vec<DeclaredResponse> {
    let mut declared: Vec<DeclaredResponse> = Vec::new();
    for spec in specs {
        let status = spec.status.as_str();
        let new = match DeclaredResponse::new(&spec, &mut build.schemas) {
            Ok(new) => new,
            Err(error) => {
                build
                    .errors
                    .push(format!("{endpoint}: the response {status}: {error}"));
                continue;
            }
        };
        match declared.iter().find(|known| known.status == new.status) {
            None => declared.push(new),
            Some(known) if known.same_as(&new) => {}
            Some(_) => build.errors.push(format!(
                "{endpoint} has multiple responses for the status {status}, but with different metadata"
            )),
        }
    }
    declared
}

/// The response that follows from the return type and its options.
fn main_spec(draft: &Draft, status: StatusCode) -> Option<ResponseSpec> {
    let own = &draft.options;
    let content = draft.content?;
    let mut spec = match &own.models {
        _ if !draft.formats.is_empty() => {
            let spec = ResponseSpec::of_stream(status, draft.formats.clone(), content);
            match draft.value {
                Some(value) => spec.or_value(value.schema),
                None => spec,
            }
        }
        Some(models) => ResponseSpec::by_media_type(status, models.iter().cloned()),
        None => ResponseSpec::of(status, ContentSpec::Value(content)),
    };
    let headers = own
        .headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    spec.headers
        .extend(headers.map(|(name, new)| (name.clone(), new.spec.clone())));
    spec.headers.extend(own.header_specs.iter().cloned());
    let cookies = own.cookies.iter();
    spec.cookies
        .extend(cookies.map(|cookie| (cookie.name().to_owned().into(), CookieSpec::of(cookie))));
    spec.cookies.extend(own.cookie_specs.iter().cloned());
    spec.description.clone_from(&own.response_description);
    spec.links.clone_from(&own.links);
    spec.examples.extend(own.examples.iter().cloned());
    Some(spec)
}

/// The content of error responses: problem details if a renderer asks for them, else the error
/// model.
fn error_content(controller: &dyn Hooks, renderers: &[AnyRenderer]) -> ContentSpec {
    let model = controller.error_model();
    let problem = SchemaOf::of::<ProblemDetails>();
    let is_problem = AnyRenderer::is_problem_details;
    if controller.writes_problem_details() {
        return ContentSpec::Value(model);
    }
    match renderers {
        [only] if is_problem(only) => ContentSpec::Value(problem),
        several if several.iter().any(is_problem) => {
            let models = several.iter().map(|renderer| {
                let model = if is_problem(renderer) { problem } else { model };
                (renderer.media_type().into(), model)
            });
            ContentSpec::ByMediaType(models.collect())
        }
        _ => ContentSpec::Value(model),
    }
}

/// Fills in the error model of the controller and its headers.
fn with_error_model(
    mut spec: ResponseSpec,
    content: &ContentSpec,
    controller: &dyn Hooks,
) -> ResponseSpec {
    if !matches!(spec.content, ContentSpec::ErrorModel) {
        return spec;
    }
    spec.content = content.clone();
    for (name, header) in controller.error_headers() {
        if !spec
            .headers
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            // Negotiated problem details do not have these headers.
            let always = !matches!(content, ContentSpec::ByMediaType(_));
            let required = header.required && always;
            spec.headers.push((name.into(), header.required(required)));
        }
    }
    spec
}

/// The responses of dmr itself, in the order of the document.
fn semantic_specs(draft: &Draft, causes: &Causes<'_>) -> impl Iterator<Item = ResponseSpec> {
    let described = &draft.components;
    let reads_body = !described.bodies.is_empty() || described.files.is_some();
    let has_path = described
        .parameters
        .iter()
        .any(|parameter| parameter.location == Location::Path);
    let of_components = [
        (
            described.can_be_invalid,
            StatusCode::BAD_REQUEST,
            "Raised when request components cannot be parsed",
        ),
        (
            has_path,
            StatusCode::NOT_FOUND,
            "Raised when path parameters do not match",
        ),
        (
            reads_body,
            StatusCode::PAYLOAD_TOO_LARGE,
            "Raised when the request content is larger than allowed",
        ),
    ];
    let of_endpoint = [
        (
            causes.validate != ValidateResponses::Off,
            causes.invalid_response_status,
            "Raised when returned response does not match the response schema",
        ),
        (
            causes.can_refuse,
            StatusCode::NOT_ACCEPTABLE,
            "Raised when provided `Accept` header cannot be satisfied",
        ),
        (
            !causes.auth.is_empty(),
            StatusCode::UNAUTHORIZED,
            "Raised when auth was not successful",
        ),
    ];
    let spec = |(happens, status, text): (bool, StatusCode, &'static str)| {
        happens.then(|| ResponseSpec::error(status).description(text))
    };
    of_components
        .into_iter()
        .filter_map(spec)
        .chain(described.responses.clone())
        .chain(of_endpoint.into_iter().filter_map(spec))
}
