//! Everything that is known of an endpoint before the first request, resolved over the four levels.

use std::any::TypeId;
use std::borrow::Cow;
use std::time::Duration;

use http::HeaderMap;
use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use serde_json::Value;

use super::options::{Levels, OperationTexts, Own};
use super::{Build, Verb};
use crate::auth::{self, Alternative};
use crate::component::query_value;
use crate::component::{Described, DescribedBody, DescribedFiles, path_parameters};
use crate::controller::Controller;
use crate::error::{EndpointHandler, ErrorBody, ProblemDetails, SettingsHandler};
use crate::error::{Error, ErrorLocation};
use crate::negotiation::Offer;
use crate::negotiation::negotiate;
use crate::openapi::{Location, Parameter};
use crate::request::Request;
use crate::response::{
    Content, CookieSpec, DeclaredResponse, NewCookie, ResponseSpec, ValidateResponses,
};
use crate::returned::Outcome;
use crate::schema::Context;
use crate::schema::Describe;
use crate::serializer::{AnyParser, AnyRenderer, ProblemJson, Renderer};
use crate::stream::{Ends, FormatInfo};

/// What the dispatcher and the document both read.
#[derive(Debug)]
pub(crate) struct Metadata {
    /// How logs and errors name the endpoint: `GET /api/users/`.
    pub(crate) name: String,
    pub(crate) verb: Verb,
    /// The media types of the responses, the preferred one first: those of streams and files before those of renderers.
    pub(crate) offers: Vec<Offer>,
    pub(crate) parsers: Vec<AnyParser>,
    /// There is one at least.
    renderers: Vec<AnyRenderer>,
    pub(crate) auth: Vec<Alternative>,
    /// In the order of behaviour 1.6.4.
    pub(crate) declared: Vec<DeclaredResponse>,
    /// The status of what an endpoint without `#[validate]` returns.
    pub(crate) main_status: StatusCode,
    /// The position of its declaration.
    main: Option<usize>,
    /// The headers and cookies of every successful response.
    pub(crate) headers: HeaderMap,
    pub(crate) cookies: Vec<NewCookie>,
    pub(crate) validate_responses: ValidateResponses,
    pub(crate) validate_negotiation: bool,
    pub(crate) validate_events: bool,
    pub(crate) ping: Option<Duration>,
    pub(crate) ends: Ends,
    pub(crate) debug: bool,
    pub(crate) error_locations: bool,
    pub(crate) error_handler: Option<SettingsHandler>,
    /// Whether everything that succeeds is a stream or a file, so that a client that wants neither need not wait for it.
    pub(crate) only_bytes: bool,
    /// The formats of its streams: position and name.
    pub(crate) formats: Vec<(usize, &'static str)>,
    format_parameter: Option<Cow<'static, str>>,
    /// Whether the path says the format, so that the client need not.
    format_by_path: bool,
    /// Whether the document shows what is sent as a whole and what is streamed at two paths.
    pub(crate) batch_and_stream: bool,
    pub(crate) operation: Operation,
}

/// What only the document says.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) summary: Option<Cow<'static, str>>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) tags: Vec<Cow<'static, str>>,
    pub(crate) deprecated: bool,
    pub(crate) hidden: bool,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) bodies: Vec<DescribedBody>,
    pub(crate) files: Option<DescribedFiles>,
    pub(crate) external_docs: Option<Value>,
    pub(crate) callbacks: Option<Value>,
    pub(crate) servers: Vec<Cow<'static, str>>,
}

/// What an endpoint says of itself.
pub(super) struct Said<C> {
    pub(super) verb: Verb,
    pub(super) docs: &'static str,
    pub(super) own: Own<C>,
    pub(super) outcome: Outcome,
    /// The responses of the error type.
    pub(super) errors: Vec<ResponseSpec>,
    pub(super) described: Described,
    pub(super) parsers: Vec<AnyParser>,
    pub(super) renderers: Vec<AnyRenderer>,
}

impl Metadata {
    pub(super) fn resolve<C: Controller>(
        said: Said<C>,
        levels: &Levels<'_>,
        path: &str,
        build: &mut Build,
    ) -> (Self, Option<EndpointHandler<C>>) {
        let Said {
            verb,
            docs,
            own,
            outcome,
            errors,
            mut described,
            parsers,
            renderers,
        } = said;
        let name = format!("{} {path}", verb.method());
        let debug = build.debug;
        let only_format = build.only_format;
        let wanted = |format: &FormatInfo| only_format.is_none_or(|only| format.name == only);
        let formats = outcome.stream.map(|formats| formats()).unwrap_or_default();
        let formats: Vec<(usize, FormatInfo)> = formats
            .into_iter()
            .enumerate()
            .filter(|(_, format)| wanted(format))
            .collect();
        let streams = !formats.is_empty();
        let format_parameter = build.settings.format_parameter.clone();
        let format_parameter = format_parameter.filter(|_| streams && only_format.is_none());
        described.can_be_invalid |= format_parameter.is_some();

        let mut chain = auth::Levels::default();
        levels
            .0
            .iter()
            .for_each(|level| chain.add(level.auth.as_ref()));
        let mut auth = chain.finish();
        if let Some(replacement) = &build.auth_override {
            auth.iter_mut().for_each(|auth| auth.replace(replacement));
        }
        let validate_responses = levels
            .first(|level| level.validate_responses)
            .unwrap_or_default();
        let main_status = own.status_code.unwrap_or(match verb {
            Verb::Post if !streams => StatusCode::CREATED,
            _ => StatusCode::OK,
        });

        let mut specs: Vec<ResponseSpec> = levels
            .outside_in()
            .flat_map(|level| level.responses.iter().cloned())
            .collect();
        specs.extend(main_spec(&outcome, main_status, &own));
        specs.extend(errors);
        let error_content = error_content::<C>(&renderers);
        let error_event = levels.first(|level| level.error_event);
        let error_model = |spec: ResponseSpec| {
            let mut spec = with_error_model::<C>(spec, &error_content);
            if let Content::Stream { formats, .. } = &mut spec.content {
                formats.retain(wanted);
            }
            match error_event {
                Some(model) => spec.error_event_of(model),
                None => spec,
            }
        };
        let specs: Vec<ResponseSpec> = specs.into_iter().map(error_model).collect();
        let mut declared = build.declare(&name, &specs);
        if levels
            .first(|level| level.semantic_responses)
            .unwrap_or(true)
        {
            let excluded = |status: StatusCode| {
                levels.union_has(|level| level.exclude_semantic_responses.as_ref(), &status)
            };
            let semantic = semantic_specs(&described, validate_responses, &auth);
            let semantic = semantic.filter(|spec| !excluded(spec.status));
            let semantic: Vec<ResponseSpec> = semantic.map(error_model).collect();
            for spec in build.declare(&name, &semantic) {
                if !declared.iter().any(|known| known.status == spec.status) {
                    declared.push(spec);
                }
            }
        }

        let files = specs.iter().filter_map(|spec| match &spec.content {
            Content::File(media_type) => Some(media_type.clone()),
            _ => None,
        });
        let mut offers: Vec<Offer> = Vec::new();
        let mut offer = |new: Offer| {
            if !offers
                .iter()
                .any(|offer| offer.media_type == new.media_type)
            {
                offers.push(new);
            }
        };
        for (position, format) in &formats {
            offer(Offer {
                format: *position,
                ..Offer::bytes(format.media_type.into())
            });
        }
        files.for_each(|media_type| offer(Offer::bytes(media_type)));
        for (position, format) in &formats {
            for alias in format.aliases {
                offer(Offer {
                    format: *position,
                    alias: true,
                    ..Offer::bytes((*alias).into())
                });
            }
        }
        renderers
            .iter()
            .for_each(|renderer| offer(Offer::rendered(renderer)));
        let mut successes = specs.iter().filter(|spec| spec.status.is_success());
        let only_bytes = offers[0].renderer.is_none()
            && successes
                .all(|spec| matches!(spec.content, Content::Stream { .. } | Content::File(_)));

        let OperationTexts {
            summary,
            description,
            operation_id,
            external_docs,
            callbacks,
            servers,
        } = own.docs;
        let (summary, description) = match (summary, description) {
            (None, None) => split_docs(docs),
            explicit => explicit,
        };
        let mut headers = HeaderMap::new();
        for (header, new) in &own.headers {
            match (HeaderName::try_from(&**header), HeaderValue::try_from(&*new.value)) {
                (Ok(header), Ok(value)) => {
                    headers.append(header, value);
                }
                // A wrong name is reported with the declaration.
                (Err(_), _) => {}
                (_, Err(_)) => build.errors.push(format!(
                    "{name}: the value of the header `{header}` has characters that no header can have"
                )),
            }
        }
        headers.remove(http::header::CONTENT_TYPE);
        let mut parameters = described.parameters;
        if !parameters
            .iter()
            .any(|known| known.location == Location::Path)
        {
            let text = serde_json::json!({"type": "string"});
            let undescribed = path_parameters(path);
            parameters.splice(
                0..0,
                undescribed.map(|name| Parameter::new(name, &text, Location::Path)),
            );
        }
        let names: Vec<(usize, &'static str)> = formats
            .iter()
            .map(|(position, format)| (*position, format.name))
            .collect();
        if let Some(name) = &format_parameter {
            let names: Vec<&str> = names.iter().map(|(_, name)| *name).collect();
            let schema = serde_json::json!({"type": "string", "enum": names});
            parameters.push(Parameter::optional(name, &schema, Location::Query));
        }
        let metadata = Self {
            verb,
            formats: names,
            format_parameter,
            format_by_path: only_format.is_some(),
            batch_and_stream: levels
                .first(|level| level.batch_and_stream)
                .unwrap_or(false),
            offers,
            parsers,
            renderers,
            auth,
            main: declared
                .iter()
                .position(|spec| outcome.content.is_some() && spec.status == main_status),
            declared,
            main_status,
            headers,
            cookies: own.cookies,
            validate_responses,
            validate_negotiation: levels
                .first(|level| level.validate_negotiation)
                .unwrap_or(validate_responses != ValidateResponses::Off),
            validate_events: levels
                .first(|level| level.validate_events)
                .unwrap_or(validate_responses != ValidateResponses::Off),
            ping: levels.ping(),
            ends: Ends {
                shutdown: build.shutdown.clone(),
                deadline: levels.first(|level| level.max_stream_seconds),
            },
            debug,
            error_locations: build.settings.error_locations,
            error_handler: build.settings.error_handler.clone(),
            only_bytes,
            operation: Operation {
                id: match operation_id {
                    Some(id) => crate::openapi::operation_id_of_format(&id, only_format),
                    None => crate::openapi::operation_id(verb, C::NAME, path),
                },
                summary,
                description,
                tags: levels
                    .outside_in()
                    .flat_map(|level| level.tags.clone())
                    .collect(),
                deprecated: levels.0.iter().any(|level| level.deprecated),
                hidden: levels
                    .first(|level| level.ignore_from_spec)
                    .unwrap_or(false),
                parameters,
                bodies: described.bodies,
                files: described.files,
                external_docs,
                callbacks,
                servers,
            },
            name,
        };
        (metadata, own.error_handler)
    }

    /// What the client wants to get: what the path or the query says, else what `Accept` says.
    ///
    /// # Errors
    ///
    /// 406, or 400 if the query names an unknown format.
    pub(crate) fn offer(&self, request: &Request) -> Result<&Offer, Error> {
        if self.format_by_path {
            return negotiate(&self.offers, None);
        }
        let Some(parameter) = &self.format_parameter else {
            return negotiate(&self.offers, request.accept().as_deref());
        };
        let Some(wanted) = query_value(request.head().query(), parameter) else {
            return negotiate(&self.offers, request.accept().as_deref());
        };
        let format = self.formats.iter().find(|(_, name)| *name == wanted);
        let offer = format.and_then(|(position, _)| {
            let mut offers = self.bytes().iter();
            offers.find(|offer| offer.format == *position && !offer.alias)
        });
        offer.ok_or_else(|| {
            let text = format!("Invalid enum value '{wanted}'");
            let place = [ErrorLocation::Name(parameter.to_string())];
            let context = Context::component(Location::Query.component(), self.error_locations);
            Error::request(vec![context.detail(&text, &place)])
        })
    }

    /// The renderer of what is no stream and no file: the negotiated one, else the first (decision 4).
    pub(crate) fn ordinary<'m>(&'m self, offer: Option<&'m Offer>) -> &'m AnyRenderer {
        let negotiated = offer.and_then(|offer| offer.renderer.as_ref());
        negotiated.unwrap_or(&self.renderers[0])
    }

    /// The media types that renderers write.
    pub(crate) fn renderers(&self) -> &[AnyRenderer] {
        &self.renderers
    }

    /// The media types of streams and files.
    pub(crate) fn bytes(&self) -> &[Offer] {
        let bytes = self
            .offers
            .iter()
            .take_while(|offer| offer.renderer.is_none());
        &self.offers[..bytes.count()]
    }

    /// The declaration of a status.
    pub(crate) fn declared(&self, status: StatusCode) -> Option<&DeclaredResponse> {
        self.declared.iter().find(|spec| spec.status == status)
    }

    /// The status and the declaration of what the endpoint returns, unless it returns finished responses.
    pub(crate) fn main(&self) -> (StatusCode, Option<&DeclaredResponse>) {
        (self.main_status, self.main.map(|main| &self.declared[main]))
    }
}

/// The response that follows from the return type and what is said of it.
fn main_spec<C>(outcome: &Outcome, status: StatusCode, own: &Own<C>) -> Option<ResponseSpec> {
    let content = outcome.content?;
    let mut spec = match (outcome.stream, &own.models) {
        (Some(formats), _) => ResponseSpec::of_stream(status, formats(), content),
        (None, Some(models)) => ResponseSpec::by_media_type(status, models.iter().cloned()),
        (None, None) => ResponseSpec::of(status, Content::Value(content)),
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
    Some(spec)
}

/// What error responses contain: problem details where they were asked for, else the error model.
fn error_content<C: Controller>(renderers: &[AnyRenderer]) -> Content {
    let model = Describe::of::<C::ErrorModel>();
    let problem = Describe::of::<ProblemDetails>();
    let is_problem = |renderer: &AnyRenderer| renderer.media_type() == ProblemJson.media_type();
    if TypeId::of::<C::ErrorModel>() == TypeId::of::<ProblemDetails>() {
        return Content::Value(model);
    }
    match renderers {
        [only] if is_problem(only) => Content::Value(problem),
        several if several.iter().any(is_problem) => {
            let models = several.iter().map(|renderer| {
                let model = if is_problem(renderer) { problem } else { model };
                (renderer.media_type().into(), model)
            });
            Content::ByMediaType(models.collect())
        }
        _ => Content::Value(model),
    }
}

/// Puts the error model of the controller in place, with its headers.
fn with_error_model<C: Controller>(mut spec: ResponseSpec, content: &Content) -> ResponseSpec {
    if !matches!(spec.content, Content::ErrorModel) {
        return spec;
    }
    spec.content = content.clone();
    for (name, header) in C::ErrorModel::header_specs() {
        if !spec
            .headers
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            // Problem details that are negotiated come without them.
            let always = !matches!(content, Content::ByMediaType(_));
            let required = header.required && always;
            spec.headers.push((name.into(), header.required(required)));
        }
    }
    spec
}

/// The responses that dmr itself gives, in the order and with the texts of behaviour 1.7 and 9.7.
fn semantic_specs(
    described: &Described,
    validate: ValidateResponses,
    auth: &[Alternative],
) -> impl Iterator<Item = ResponseSpec> {
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
            validate != ValidateResponses::Off,
            StatusCode::UNPROCESSABLE_ENTITY,
            "Raised when returned response does not match the response schema",
        ),
        (
            true,
            StatusCode::NOT_ACCEPTABLE,
            "Raised when provided `Accept` header cannot be satisfied",
        ),
        (
            !auth.is_empty(),
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

type Text = Option<Cow<'static, str>>;

/// The first paragraph of a doc comment, and the rest.
fn split_docs(docs: &'static str) -> (Text, Text) {
    let docs = docs.trim();
    let (summary, description) = docs.split_once("\n\n").unwrap_or((docs, ""));
    let text = |text: &'static str| {
        let text = text.trim();
        (!text.is_empty()).then_some(Cow::Borrowed(text))
    };
    (text(summary), text(description))
}
