//! Everything that is known of an endpoint before the first request, resolved over the four levels.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::StatusCode;

use super::options::{Levels, Own};
use super::{Build, Verb};
use crate::auth::{self, Alternative};
use crate::component::Described;
use crate::controller::Controller;
use crate::error::{Error, ErrorKind};
use crate::negotiation::Offer;
use crate::openapi::Parameter;
use crate::respond::{check, error_response};
use crate::response::{DeclaredResponse, Rendered, ResponseSpec, ValidateResponses, check_head};
use crate::returned::Outcome;
use crate::serializer::Serializer;

/// What the dispatcher and the document both read.
#[derive(Debug)]
pub(crate) struct Metadata {
    /// How logs and errors name the endpoint: `GET /api/users/`.
    pub(crate) name: String,
    pub(crate) verb: Verb,
    /// The media types of the responses, the preferred one first: those of streams before the ordinary one.
    pub(crate) offers: Vec<Offer>,
    pub(crate) auth: Vec<Alternative>,
    /// In the order of behaviour 1.6.4.
    pub(crate) declared: Vec<DeclaredResponse>,
    /// The status of what an endpoint without `#[validate]` returns.
    main_status: StatusCode,
    /// The position of its declaration.
    main: Option<usize>,
    pub(crate) validate_responses: ValidateResponses,
    pub(crate) validate_events: bool,
    pub(crate) ping: Option<Duration>,
    pub(crate) debug: bool,
    pub(crate) error_locations: bool,
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
    pub(crate) parameters: Vec<Parameter>,
}

/// What an endpoint says of itself.
pub(super) struct Said {
    pub(super) verb: Verb,
    pub(super) docs: &'static str,
    pub(super) own: Own,
    pub(super) outcome: Outcome,
    pub(super) described: Described,
}

impl Metadata {
    pub(super) fn resolve<C: Controller>(
        said: Said,
        levels: &Levels<'_>,
        path: &str,
        build: &mut Build,
    ) -> Self {
        let Said {
            verb,
            docs,
            own,
            outcome,
            described,
        } = said;
        let name = format!("{} {path}", verb.method());
        let debug = build.debug;
        let streams = outcome.stream.is_some();

        let mut chain = auth::Levels::default();
        levels
            .0
            .iter()
            .for_each(|level| chain.add(level.auth.as_ref()));
        let auth = chain.finish();
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
        specs.extend(main_spec(&outcome, main_status));
        let mut declared = build.declare(&name, &specs);
        if levels
            .first(|level| level.semantic_responses)
            .unwrap_or(true)
        {
            let semantic = semantic_specs::<C>(&described, validate_responses, &auth);
            for spec in build.declare(&name, &semantic) {
                if !declared.iter().any(|known| known.status == spec.status) {
                    declared.push(spec);
                }
            }
        }

        let ordinary = Offer {
            media_type: C::Serializer::MEDIA_TYPE,
            stream: false,
        };
        let stream = outcome.stream.map(|media_type| Offer {
            media_type,
            stream: true,
        });
        let (summary, description) = match (own.summary, own.description) {
            (None, None) => split_docs(docs),
            explicit => explicit,
        };
        Self {
            verb,
            offers: stream.into_iter().chain([ordinary]).collect(),
            auth,
            main: declared
                .iter()
                .position(|spec| outcome.content.is_some() && spec.status == main_status),
            declared,
            main_status,
            validate_responses,
            validate_events: levels
                .first(|level| level.validate_events)
                .unwrap_or(validate_responses != ValidateResponses::Off),
            ping: levels.ping(),
            debug,
            error_locations: build.settings.error_locations,
            operation: Operation {
                id: own.operation_id.map_or_else(
                    || crate::openapi::operation_id(verb, C::NAME, path),
                    Cow::into_owned,
                ),
                summary,
                description,
                tags: levels
                    .outside_in()
                    .flat_map(|level| level.tags.clone())
                    .collect(),
                deprecated: levels.0.iter().any(|level| level.deprecated),
                parameters: described.parameters,
            },
            name,
        }
    }

    /// The media types that stream.
    pub(crate) fn streams(&self) -> &[Offer] {
        let count = self.offers.iter().take_while(|offer| offer.stream).count();
        &self.offers[..count]
    }

    /// The declaration of a status.
    pub(crate) fn declared(&self, status: StatusCode) -> Option<&DeclaredResponse> {
        self.declared.iter().find(|spec| spec.status == status)
    }

    /// The status and the declaration of what the endpoint returns, unless it returns finished responses.
    pub(crate) fn main(&self) -> (StatusCode, Option<&DeclaredResponse>) {
        (self.main_status, self.main.map(|main| &self.declared[main]))
    }

    /// The response with a body that has been rendered and checked.
    pub(crate) fn rendered<C: Controller>(&self, body: Bytes) -> Rendered {
        Rendered {
            status: self.main_status,
            media_type: C::Serializer::MEDIA_TYPE,
            headers: HeaderMap::new(),
            body,
        }
    }

    /// The response to an error that nobody has answered. Its status has to be declared, unless it says that something is
    /// wrong with the declaration, the request's `Accept` or the server itself (decisions 3 and 4).
    pub(crate) fn default_response<C: Controller>(&self, controller: &C, error: Error) -> Rendered {
        let checked = match error.kind() {
            ErrorKind::Request | ErrorKind::NotAuthenticated => check(self, || {
                check_head(&self.declared, error.status(), &HeaderMap::new()).map(drop)
            }),
            _ => Ok(()),
        };
        let error = checked.err().unwrap_or(error);
        error_response(controller, &self.name, self.debug, error)
    }
}

/// The response that follows from the return type.
fn main_spec(outcome: &Outcome, status: StatusCode) -> Option<ResponseSpec> {
    let content = outcome.content?;
    Some(ResponseSpec::of_outcome(status, content, outcome.stream))
}

/// The responses that dmr itself gives, in the order and with the texts of behaviour 1.7 and 9.7.
fn semantic_specs<C: Controller>(
    described: &Described,
    validate: ValidateResponses,
    auth: &[Alternative],
) -> Vec<ResponseSpec> {
    let invalid = described.can_be_invalid;
    let semantic = [
        (
            invalid,
            StatusCode::BAD_REQUEST,
            "Raised when request components cannot be parsed",
        ),
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
    let happening = semantic.into_iter().filter(|(happens, ..)| *happens);
    happening
        .map(|(_, status, text)| ResponseSpec::new::<C::ErrorModel>(status).description(text))
        .collect()
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
