//! Checks values, finished responses, and the heads and events of streams against their
//! declarations. No other module does.

mod body;
mod event;
mod head;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::error::Error;
use crate::error_detail::{ErrorDetail, ErrorType};
use crate::media_type::essence;
use crate::quoted::quoted;
use crate::response::{BodyContent, DeclaredModel, DeclaredResponse, Head, Response};
use crate::schema::CheckWhen;
use crate::serializer::AnyParser;
use crate::stream::{AnyValidator, EventSchema};

use body::{check_data, check_value, model_for, parse_body};
pub(crate) use event::EventCheck;
use head::{check_cookies, check_header_values, check_headers, check_required_headers};

/// The treatment of a response that does not match its declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValidateResponses {
    /// The client gets a 422 that lists the problems instead, or the
    /// [`invalid_response_status`](crate::Settings::invalid_response_status).
    #[default]
    Strict,
    /// The response is sent, and an error is logged.
    Log,
    /// Nothing is checked, and no 422 is documented.
    Off,
}

/// The declared responses of an endpoint, and the options of the checks.
#[derive(Debug)]
pub(crate) struct Declaration {
    /// The name of the endpoint, for the log.
    pub(crate) endpoint: Arc<str>,
    /// In the order of the document.
    pub(crate) responses: Vec<DeclaredResponse>,
    /// The status of a response that does not set one.
    pub(crate) default_status: StatusCode,
    /// The position of the response of the return type. `None` if the endpoint returns finished
    /// responses.
    pub(crate) returned: Option<usize>,
    /// The media types of the renderers.
    pub(crate) media_types: Vec<&'static str>,
    pub(crate) parsers: Vec<AnyParser>,
    pub(crate) checks: Checks,
    /// The validators of the events, if a level names some.
    pub(crate) event_validators: Option<Vec<AnyValidator>>,
    /// The status of a response that does not match.
    pub(crate) invalid_response_status: StatusCode,
    /// Whether errors have a `loc`.
    pub(crate) locations: bool,
    /// Whether `null` is sent. It is an empty body otherwise.
    pub(crate) send_null: bool,
}

/// The checks of an endpoint.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checks {
    pub(crate) responses: ValidateResponses,
    /// Whether a body that the endpoint itself rendered must have the negotiated media type.
    pub(crate) negotiation: bool,
    pub(crate) events: bool,
}

impl Declaration {
    /// Checks the return value of an endpoint, unless its type proves the schema.
    pub(crate) fn check_returned(
        &self,
        value: &dyn erased_serde::Serialize,
        media_type: &str,
    ) -> Result<(), Error> {
        let Some(returned) = self.returned else {
            return Ok(());
        };
        self.enforce(|| match model_for(&self.responses[returned], media_type)? {
            Some(model) => self.check_data(model, model.proof.check(), value),
            None => Ok(()),
        })
    }

    /// Checks a finished response, in the order status, body, headers, cookies.
    pub(crate) fn check_response(
        &self,
        response: &Response,
        negotiated: &str,
    ) -> Result<(), Error> {
        self.enforce(|| {
            let spec = self.declared(response.head.status.unwrap_or(self.default_status))?;
            self.check_body(spec, &response.body, negotiated)?;
            check_headers(spec, &response.head.headers)?;
            check_cookies(spec, &response.head.cookies)
        })
    }

    /// Checks the head of a stream.
    pub(crate) fn check_stream_head(&self, head: &Head, media_type: &str) -> Result<(), Error> {
        self.enforce(|| {
            let spec = self.declared(head.status.unwrap_or(self.default_status))?;
            model_for(spec, media_type)?;
            check_headers(spec, &head.headers)?;
            check_cookies(spec, &head.cookies)
        })
    }

    /// Checks that the status of an error of dmr itself is declared.
    pub(crate) fn check_status(&self, status: StatusCode) -> Result<(), Error> {
        self.enforce(|| self.declared(status).map(drop))
    }

    /// Checks a response that a middleware made. Its bytes are unknown if the body is a stream. A
    /// middleware further outside may add headers, so headers that are not declared are allowed.
    pub(crate) fn check_middleware(
        &self,
        response: &http::Response<Option<Bytes>>,
    ) -> Result<(), Error> {
        self.enforce(|| {
            let spec = self.declared(response.status())?;
            check_required_headers(spec, response.headers())?;
            check_header_values(spec, response.headers())?;
            let bytes = response.body().as_ref();
            let may_be_empty = spec.is_empty() || (!self.send_null && spec.may_be_null());
            if may_be_empty && bytes.is_some_and(Bytes::is_empty) {
                return Ok(());
            }
            let content_type = response.headers().get(CONTENT_TYPE);
            let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()));
            let media_type = essence(content_type.as_deref().unwrap_or_default());
            let model = model_for(spec, &media_type)?;
            if spec.streams_in(&media_type) {
                return Ok(());
            }
            let (Some(model), Some(bytes)) = (model, bytes) else {
                return Ok(());
            };
            if spec.has_media_types_of_renderers() {
                self.check_is_rendered(&media_type)?;
            }
            match parse_body(&self.parsers, &media_type, bytes)? {
                Some(value) => check_value(model, &value, self.locations).map_err(Error::response),
                None => Ok(()),
            }
        })
    }

    /// The check of the events of a stream. `schema_id` is the type of the events, unless the
    /// return type of the endpoint declares it.
    pub(crate) fn event_check(
        &self,
        status: Option<StatusCode>,
        schema_id: Option<&str>,
    ) -> Option<EventCheck<'_>> {
        let status = status.unwrap_or(self.default_status);
        let mut responses = self.responses.iter();
        let declared = responses.find(|spec| spec.status == status);
        let model = declared.and_then(DeclaredResponse::events);
        let is_of = |model: &DeclaredModel| schema_id.is_none_or(|id| model.is_of(id));
        let check = EventCheck {
            is_declared_type: model.is_some_and(is_of),
            validators: self.event_validators.as_deref(),
            schema: EventSchema {
                endpoint: &self.endpoint,
                model: model.filter(|_| self.checks.events),
                locations: self.locations,
                is_raw: false,
            },
        };
        (!check.is_settled()).then_some(check)
    }

    /// Runs a check according to `validate_responses`.
    fn enforce(&self, check: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
        if self.checks.responses == ValidateResponses::Off {
            return Ok(());
        }
        let checked = check();
        if let Err(error) = &checked {
            tracing::error!(endpoint = &*self.endpoint, %error, "a response does not match its declaration");
        }
        match self.checks.responses {
            ValidateResponses::Strict => {
                checked.map_err(|error| error.at_status(self.invalid_response_status))
            }
            _ => Ok(()),
        }
    }

    /// The declared response with a status.
    fn declared(&self, status: StatusCode) -> Result<&DeclaredResponse, Error> {
        let found = self.responses.iter().find(|spec| spec.status == status);
        found.ok_or_else(|| {
            let known = self.responses.iter().map(|spec| spec.status.as_str());
            let known: Vec<&str> = known.collect();
            mismatch(format_args!(
                "Returned status code {} is not specified in the list of allowed status codes: [{}]",
                status.as_str(),
                known.join(", ")
            ))
        })
    }

    fn check_body(
        &self,
        spec: &DeclaredResponse,
        body: &BodyContent,
        negotiated: &str,
    ) -> Result<(), Error> {
        match body {
            BodyContent::Data(data) => match model_for(spec, negotiated)? {
                Some(model) => self.check_data(model, model.check_of(&data.schema_id()), &&**data),
                None => Ok(()),
            },
            BodyContent::Empty => match model_for(spec, negotiated)? {
                Some(model) => self.check_data(model, model.check_of("null"), &()),
                None => Ok(()),
            },
            BodyContent::Bytes(media_type, bytes) => {
                self.check_media_type(media_type, negotiated)?;
                let value = match model_for(spec, media_type)? {
                    Some(model) => {
                        parse_body(&self.parsers, media_type, bytes)?.map(|value| (model, value))
                    }
                    None => None,
                };
                let Some((model, value)) = value else {
                    return Ok(());
                };
                check_value(model, &value, self.locations).map_err(Error::response)
            }
            BodyContent::File(file) if model_for(spec, &file.media_type)?.is_some() => {
                Err(mismatch(format_args!(
                    "Response {} is a file, declare it with `ResponseSpec::file`",
                    spec.status.as_str()
                )))
            }
            BodyContent::File(_) => Ok(()),
        }
    }

    fn check_data(
        &self,
        model: &DeclaredModel,
        check: CheckWhen,
        value: &dyn erased_serde::Serialize,
    ) -> Result<(), Error> {
        check_data(model, check, value, self.locations).map_err(Error::response)
    }

    /// Checks the media type of a body that the endpoint itself rendered.
    fn check_media_type(&self, media_type: &str, negotiated: &str) -> Result<(), Error> {
        self.check_is_rendered(media_type)?;
        if self.checks.negotiation && negotiated != media_type {
            return Err(mismatch(format_args!(
                "Negotiated renderer '{negotiated}' does not match returned content-type '{media_type}'"
            )));
        }
        Ok(())
    }

    /// Checks that one of the renderers has this media type.
    fn check_is_rendered(&self, media_type: &str) -> Result<(), Error> {
        if self.media_types.contains(&media_type) {
            return Ok(());
        }
        Err(mismatch(format_args!(
            "Response content type '{media_type}' is not listed as a possible to be returned [{}]",
            quoted(&self.media_types)
        )))
    }
}

/// The error of a response that breaks its declaration.
fn mismatch(text: impl fmt::Display) -> Error {
    Error::response(vec![
        ErrorDetail::new(text).error_type(ErrorType::VALUE_ERROR),
    ])
}
