//! Everything that is known of an endpoint before the first request, resolved over the four levels.

use std::borrow::Cow;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

use super::levels::Levels;
use super::options::Own;
use super::responses::{self, Deciding};
use super::{Build, Operation, Verb};
use crate::auth::Alternative;
use crate::component::Described;
use crate::controller::Controller;
use crate::error::SettingsHandler;
use crate::negotiation::{ChosenBy, Offer, Offers};
use crate::response::{DeclaredResponse, NewCookie, NewHeader, ResponseSpec, ValidateResponses};
use crate::schema::Describe;
use crate::serializer::{AnyParser, AnyRenderer};
use crate::stream::{Ends, FormatInfo};

/// What the dispatcher and the document both read.
#[derive(Debug)]
pub(crate) struct Metadata {
    /// How logs and errors name the endpoint: `GET /api/users/`.
    pub(crate) name: String,
    pub(crate) verb: Verb,
    pub(crate) offers: Offers,
    pub(crate) parsers: Vec<AnyParser>,
    /// There is one at least.
    pub(crate) renderers: Vec<AnyRenderer>,
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
    /// Whether the document shows what is sent as a whole and what is streamed at two paths.
    pub(crate) batch_and_stream: bool,
    pub(crate) operation: Operation,
}

/// What an endpoint says of itself.
pub(super) struct Said<C> {
    pub(super) verb: Verb,
    pub(super) docs: &'static str,
    pub(super) own: Own<C>,
    /// The body or the events; `None` for a finished response, whose specs say it.
    pub(super) content: Option<Describe>,
    /// The formats, if it streams.
    pub(super) formats: Vec<FormatInfo>,
    pub(super) chosen_by: ChosenBy,
    /// The one format of the path.
    pub(super) only_format: Option<&'static str>,
    /// The responses of the error type.
    pub(super) errors: Vec<ResponseSpec>,
    pub(super) described: Described,
    pub(super) parsers: Vec<AnyParser>,
    pub(super) renderers: Vec<AnyRenderer>,
}

impl Metadata {
    pub(super) fn resolve<C: Controller>(
        mut said: Said<C>,
        levels: &Levels<'_>,
        path: &str,
        build: &mut Build,
    ) -> Self {
        let name = format!("{} {path}", said.verb.method());
        let mut auth = levels.auth();
        if let Some(replacement) = &build.auth_override {
            auth.iter_mut().for_each(|auth| auth.replace(replacement));
        }
        let validate_responses = levels
            .first(|level| level.validate_responses)
            .unwrap_or_default();
        let main_status = said.own.status_code.unwrap_or(match said.verb {
            Verb::Post if said.formats.is_empty() => StatusCode::CREATED,
            _ => StatusCode::OK,
        });
        let deciding = Deciding {
            endpoint: &name,
            main_status,
            validate: validate_responses,
            auth: &auth,
        };
        let declared = responses::resolve(&said, levels, &deciding, build);
        let is_main = |spec: &DeclaredResponse| spec.status == main_status;
        Self {
            verb: said.verb,
            headers: headers(&said.own.headers, &name, &mut build.errors),
            operation: Operation::resolve(&mut said, levels, C::NAME, path),
            offers: Offers::new(said.formats, said.chosen_by, &declared, &said.renderers),
            parsers: said.parsers,
            renderers: said.renderers,
            auth,
            main: declared
                .iter()
                .position(is_main)
                .filter(|_| said.content.is_some()),
            declared,
            main_status,
            cookies: said.own.cookies,
            validate_responses,
            validate_negotiation: levels
                .first(|level| level.validate_negotiation)
                .unwrap_or(validate_responses != ValidateResponses::Off),
            validate_events: levels
                .first(|level| level.validate_events)
                .unwrap_or(validate_responses != ValidateResponses::Off),
            ping: levels.first(|level| level.ping_seconds),
            ends: Ends {
                shutdown: build.shutdown.clone(),
                deadline: levels.first(|level| level.max_stream_seconds),
            },
            batch_and_stream: levels
                .first(|level| level.batch_and_stream)
                .unwrap_or(false),
            debug: build.debug,
            error_locations: build.settings.error_locations,
            error_handler: build.settings.error_handler.clone(),
            name,
        }
    }

    /// The renderer of what is no stream and no file: the negotiated one, else the first (decision 4).
    pub(crate) fn ordinary<'m>(&'m self, offer: Option<&'m Offer>) -> &'m AnyRenderer {
        let negotiated = offer.and_then(|offer| offer.renderer.as_ref());
        negotiated.unwrap_or(&self.renderers[0])
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

/// The headers of every successful response. A wrong name is reported with its declaration.
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
