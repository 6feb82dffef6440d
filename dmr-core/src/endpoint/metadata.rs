//! The metadata of an endpoint: everything that is decided before the first request, resolved over
//! the levels.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

use super::offers::format_names;
use super::responses;
use super::{Build, FormatChoice, Offer, Offers, Operation};
use crate::auth::Alternative;
use crate::component::ComponentDescriptions;
use crate::controller::Hooks;
use crate::error::{Error, SettingsHandler};
use crate::format::FormatInfo;
use crate::options::{Accept, EndpointOptions, Levels};
use crate::path_template::PathTemplate;
use crate::request::Request;
use crate::response::{Head, NewHeader, ResponseSpec, has_content};
use crate::returned::ValueContent;
use crate::schema::SchemaOf;
use crate::serializer::{AnyParser, AnyRenderer};
use crate::stream::StreamLimits;
use crate::validation::{Checks, Declaration, ValidateResponses};
use crate::verb::Verb;

/// The metadata that both the steps of a request and the document read.
#[derive(Debug)]
pub(crate) struct Metadata {
    pub(crate) verb: Verb,
    pub(crate) offers: Offers,
    /// Never empty.
    pub(crate) renderers: Vec<AnyRenderer>,
    pub(crate) auth: Vec<Alternative>,
    /// Whether requests without credentials are served too.
    pub(crate) auth_is_optional: bool,
    pub(crate) declaration: Declaration,
    /// The headers and cookies that are added to every value or stream that the endpoint returns.
    /// Finished responses have their own.
    pub(crate) head: Head,
    pub(crate) ping: Option<Duration>,
    pub(crate) stream_limits: StreamLimits,
    pub(crate) debug: bool,
    pub(crate) error_handler: Option<SettingsHandler>,
    /// Whether the document shows whole responses and streams at two paths.
    pub(crate) batch_and_stream: bool,
    pub(crate) operation: Operation,
}

/// An endpoint as its attribute, signature and components declare it.
pub(super) struct Draft {
    pub(super) verb: Verb,
    pub(super) docs: &'static str,
    pub(super) options: EndpointOptions,
    /// The schema of the body or the events. `None` for a finished response, whose specs declare
    /// it.
    pub(super) content: Option<SchemaOf>,
    /// The value that may take the place of a stream.
    pub(super) value: Option<ValueContent>,
    /// The formats of the stream. Empty if the endpoint does not stream.
    pub(super) formats: Vec<FormatInfo>,
    pub(super) choice: FormatChoice,
    /// The responses of the error type.
    pub(super) errors: Vec<ResponseSpec>,
    pub(super) components: ComponentDescriptions,
    pub(super) parsers: Vec<AnyParser>,
    pub(super) renderers: Vec<AnyRenderer>,
}

impl Metadata {
    pub(super) fn resolve(
        mut draft: Draft,
        controller: &dyn Hooks,
        levels: &Levels<'_>,
        path: &PathTemplate,
        build: &mut Build,
    ) -> Self {
        let name: Arc<str> = format!("{} {}", draft.verb.method(), path.as_str()).into();
        let mut auth = levels.auth();
        for position in &build.active_overrides {
            build.auth_overrides[*position].apply(&mut auth, controller.id());
        }
        let streams = !draft.formats.is_empty();
        let default_status = draft.options.status_code;
        let default_status = default_status.unwrap_or(draft.verb.default_status(streams));
        let checks = checks(levels);
        let accept = levels.first(|level| level.accept).unwrap_or_default();
        let causes = responses::Causes {
            endpoint: &name,
            default_status,
            validate: checks.responses,
            invalid_response_status: build.settings.invalid_response_status,
            auth: &auth,
            // A path that chooses the format does not ask `Accept`.
            can_refuse: accept == Accept::Strict
                && draft.choice.path().is_none()
                && !draft.value.is_some_and(|value| value.method_decides),
        };
        let declared = responses::resolve(&draft, controller, levels, &causes, build);
        let head = Head {
            status: None,
            headers: headers(&draft.options.headers, &name, &mut build.errors),
            cookies: std::mem::take(&mut draft.options.cookies),
        };
        Self {
            verb: draft.verb,
            head,
            operation: Operation::resolve(&mut draft, levels, controller.name(), path),
            offers: Offers::new(
                draft.formats,
                draft.choice,
                draft.value,
                &declared,
                &draft.renderers,
                accept,
            ),
            auth,
            auth_is_optional: draft.components.principal_is_optional,
            declaration: Declaration {
                endpoint: name,
                default_status,
                returned: declared
                    .iter()
                    .position(|spec| spec.status == default_status)
                    .filter(|_| draft.content.is_some()),
                responses: declared,
                media_types: draft
                    .renderers
                    .iter()
                    .map(AnyRenderer::media_type)
                    .collect(),
                parsers: draft.parsers,
                checks,
                event_validators: levels
                    .first(|level| level.event_validators.named())
                    .map(<[_]>::to_vec),
                invalid_response_status: build.settings.invalid_response_status,
                locations: build.settings.error_locations,
                send_null: build.settings.send_null,
            },
            renderers: draft.renderers,
            ping: levels.first(|level| level.ping_interval),
            stream_limits: StreamLimits {
                shutdown: build.shutdown.clone(),
                deadline: levels.first(|level| level.max_stream_duration),
            },
            batch_and_stream: levels
                .first(|level| level.batch_and_stream)
                .unwrap_or(false),
            debug: build.debug,
            error_handler: build.settings.error_handler.clone(),
        }
    }

    /// Chooses what the client prefers, and the renderer of a response that is neither a stream nor
    /// a file: the negotiated one, else the first.
    ///
    /// # Errors
    ///
    /// A 406, or a 400 if the query names an unknown format.
    pub(crate) fn choose(&self, request: &Request) -> Result<(&Offer, &AnyRenderer), Error> {
        let offer = self.offers.choose(request, self.declaration.locations)?;
        let renderer = match &offer.renderer {
            None if !self.offers.can_refuse() => self.offers.renderer(request.accept().as_deref()),
            negotiated => negotiated.as_ref(),
        };
        Ok((offer, renderer.unwrap_or_else(|| self.first_renderer())))
    }

    /// Whether `()` and `None` are sent as `null` with this status.
    pub(crate) fn sends_null(&self, status: StatusCode) -> bool {
        self.declaration.send_null && has_content(status)
    }

    /// The renderer of a response with this status. Problem details are a format of errors: other
    /// responses have the first other renderer (RFC 9110, 12.5.1 allows it).
    pub(crate) fn renderer_for<'a>(
        &'a self,
        status: StatusCode,
        negotiated: &'a AnyRenderer,
    ) -> &'a AnyRenderer {
        let is_error = status.is_client_error() || status.is_server_error();
        if is_error || !negotiated.is_problem_details() {
            return negotiated;
        }
        let mut renderers = self.renderers.iter();
        let ordinary = renderers.find(|renderer| !renderer.is_problem_details());
        ordinary.unwrap_or(negotiated)
    }

    /// Whether the renderer writes responses with this status.
    pub(crate) fn writes(&self, renderer: &AnyRenderer, status: StatusCode) -> bool {
        let media_type = self.renderer_for(status, renderer).media_type();
        media_type == renderer.media_type()
    }

    /// The renderer of a response that was made before the format was negotiated.
    pub(crate) fn first_renderer(&self) -> &AnyRenderer {
        &self.renderers[0]
    }

    /// The names by which a URL chooses a format.
    pub(crate) fn format_names(&self) -> Vec<&'static str> {
        match self.verb {
            Verb::Meta => Vec::new(),
            _ => format_names(&self.offers.formats, self.offers.value, &self.renderers),
        }
    }

    /// The name of the endpoint in logs and errors: `GET /api/users/`.
    pub(crate) fn name(&self) -> &str {
        &self.declaration.endpoint
    }
}

/// The checks that the levels want. Negotiation and events follow `validate_responses`, unless a
/// level says otherwise.
fn checks(levels: &Levels<'_>) -> Checks {
    let responses = levels
        .first(|level| level.validate_responses)
        .unwrap_or_default();
    let by_default = responses != ValidateResponses::Off;
    let negotiation = levels.first(|level| level.validate_negotiation);
    let events = levels.first(|level| level.validate_events);
    Checks {
        responses,
        negotiation: negotiation.unwrap_or(by_default),
        events: events.unwrap_or(by_default),
    }
}

/// The headers of every successful response. A bad name is reported where the header is declared.
fn headers(
    new: &[(Cow<'static, str>, NewHeader)],
    endpoint: &str,
    errors: &mut Vec<String>,
) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, new) in new {
        let Ok(header) = HeaderName::try_from(&**name) else {
            continue;
        };
        match HeaderValue::try_from(&*new.value) {
            Ok(value) => {
                headers.append(header, value);
            }
            Err(_) => errors.push(format!(
                "{endpoint}: the value of the header `{name}` has characters that no header can have"
            )),
        }
    }
    headers.remove(CONTENT_TYPE);
    headers
}
