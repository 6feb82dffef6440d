//! The options of the attributes: one method is one key.

use std::borrow::Cow;
use std::convert::Infallible;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};

use crate::auth::AuthChain;
use crate::error::{EndpointHandler, ErrorHandler};
use crate::response::EventModel;
use crate::response::{
    CookieSpec, HeaderSpec, MediaTypeModel, NewCookie, NewHeader, ResponseSpec, ValidateResponses,
};
use crate::serializer::{Parsers, Renderers};

/// The options that every level has: endpoint, controller, router, settings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shared {
    pub(crate) auth: Option<AuthChain>,
    pub(crate) tags: Vec<Cow<'static, str>>,
    pub(crate) deprecated: bool,
    pub(crate) responses: Vec<ResponseSpec>,
    pub(crate) semantic_responses: Option<bool>,
    pub(crate) exclude_semantic_responses: Option<Set<StatusCode>>,
    pub(crate) validate_responses: Option<ValidateResponses>,
    pub(crate) validate_negotiation: Option<bool>,
    pub(crate) no_validate_http_spec: Option<Set<HttpSpec>>,
    pub(crate) parsers: Parsers,
    pub(crate) renderers: Renderers,
    pub(crate) max_body_size: Option<u64>,
    pub(crate) max_upload_size: Option<u64>,
    pub(crate) max_form_fields: Option<usize>,
    pub(crate) max_files: Option<usize>,
    pub(crate) max_item_size: Option<usize>,
    pub(crate) ignore_from_spec: Option<bool>,
    pub(crate) validate_events: Option<bool>,
    pub(crate) ping_seconds: Option<Duration>,
    pub(crate) error_event: Option<EventModel>,
    pub(crate) max_stream_seconds: Option<Duration>,
    pub(crate) batch_and_stream: Option<bool>,
}

/// A rule of HTTP that is checked when the application is built, unless the option `no_validate_http_spec` lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpSpec {
    /// `GET`, `HEAD`, `DELETE`, `CONNECT` and `TRACE` take no body (RFC 9110, 9.3).
    EmptyRequestBody,
    /// Responses with a status below 200, with 204 or with 304 have no body (RFC 9110, 6.4.1).
    EmptyResponseBody,
}

/// A set that adds up over the levels; `None` on one of them empties it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set<T>(pub(super) Option<Vec<T>>);

impl<T, const N: usize> From<[T; N]> for Set<T> {
    fn from(members: [T; N]) -> Self {
        Self(Some(members.into()))
    }
}

impl<T> From<Vec<T>> for Set<T> {
    fn from(members: Vec<T>) -> Self {
        Self(Some(members))
    }
}

impl<T> From<Option<Infallible>> for Set<T> {
    fn from(_: Option<Infallible>) -> Self {
        Self(None)
    }
}

/// Gives a builder the methods of [`Shared`], which it has in a field.
macro_rules! shared_options {
    ($type:ident $(<$parameter:ident>)? => $field:ident) => {
        impl$(<$parameter>)? $type$(<$parameter>)? {
            /// Who may use it: see [`AuthChain`](crate::auth::AuthChain). The chains of all levels add up; `None` opens this
            /// level and everything below.
            pub fn auth(mut self, chain: impl Into<$crate::auth::AuthChain>) -> Self {
                self.$field.auth = Some(chain.into());
                self
            }

            /// The tags of the operations, after those of the outer levels.
            pub fn tags<T>(mut self, tags: impl IntoIterator<Item = T>) -> Self
            where
                T: Into<std::borrow::Cow<'static, str>>,
            {
                self.$field.tags.extend(tags.into_iter().map(Into::into));
                self
            }

            /// Marks the operations as deprecated.
            pub fn deprecated(mut self, deprecated: bool) -> Self {
                self.$field.deprecated = deprecated;
                self
            }

            /// Leaves the operations out of the document. They are still served; an inner level can bring them back.
            pub fn ignore_from_spec(mut self, on: bool) -> Self {
                self.$field.ignore_from_spec = Some(on);
                self
            }

            /// Further responses that may be given, such as those of [`Error::new`](crate::Error::new).
            pub fn responses(
                mut self,
                specs: impl IntoIterator<Item = $crate::ResponseSpec>,
            ) -> Self {
                self.$field.responses.extend(specs);
                self
            }

            /// Whether the responses that dmr itself gives (400, 401, 404, 406, 413, 422) are declared; `true` by default.
            /// What is not declared becomes a 422, if it does happen.
            pub fn semantic_responses(mut self, on: bool) -> Self {
                self.$field.semantic_responses = Some(on);
                self
            }

            /// Those of the [semantic responses](Self::semantic_responses) that are not declared. The lists of all levels
            /// add up; `None` empties them.
            pub fn exclude_semantic_responses(
                mut self,
                statuses: impl Into<$crate::options::Set<http::StatusCode>>,
            ) -> Self {
                self.$field.exclude_semantic_responses = Some(statuses.into());
                self
            }

            /// What happens to responses that do not match their declaration;
            /// [`Strict`](crate::ValidateResponses::Strict) by default.
            pub fn validate_responses(mut self, validate: $crate::ValidateResponses) -> Self {
                self.$field.validate_responses = Some(validate);
                self
            }

            /// Whether a response that was [rendered by hand](crate::Response::rendered) has to have the media type that was
            /// negotiated; by default, if responses are checked.
            pub fn validate_negotiation(mut self, on: bool) -> Self {
                self.$field.validate_negotiation = Some(on);
                self
            }

            /// The rules of HTTP that are not checked. The lists of all levels add up; `None` empties them.
            pub fn no_validate_http_spec(
                mut self,
                rules: impl Into<$crate::options::Set<$crate::options::HttpSpec>>,
            ) -> Self {
                self.$field.no_validate_http_spec = Some(rules.into());
                self
            }

            /// The formats that request bodies can have, the preferred one first: a tuple or an array. The innermost level
            /// that names some decides; by default it is the `Serializer` of the controller.
            pub fn parsers(mut self, parsers: impl Into<$crate::serializer::Parsers>) -> Self {
                self.$field.parsers = parsers.into();
                self
            }

            /// The formats that responses can have, the preferred one first: a tuple or an array. The innermost level that
            /// names some decides; by default it is the `Serializer` of the controller.
            pub fn renderers(mut self, renderers: impl Into<$crate::serializer::Renderers>) -> Self {
                self.$field.renderers = renderers.into();
                self
            }

            /// How many bytes a request body may have that is held in memory; 2 MiB by default. Longer ones are a 413.
            pub fn max_body_size(mut self, bytes: u64) -> Self {
                self.$field.max_body_size = Some(bytes);
                self
            }

            /// How many bytes a request may have that brings files; 32 MiB by default. Longer ones are a 413.
            pub fn max_upload_size(mut self, bytes: u64) -> Self {
                self.$field.max_upload_size = Some(bytes);
                self
            }

            /// How many fields a form may have; 1000 by default. More are a 413.
            pub fn max_form_fields(mut self, count: usize) -> Self {
                self.$field.max_form_fields = Some(count);
                self
            }

            /// How many files a form may have; 100 by default. More are a 413.
            pub fn max_files(mut self, count: usize) -> Self {
                self.$field.max_files = Some(count);
                self
            }

            /// How many bytes an item of a [`BodyStream`](crate::component::BodyStream) may have; 1 MiB by default. More are a
            /// 413.
            pub fn max_item_size(mut self, bytes: usize) -> Self {
                self.$field.max_item_size = Some(bytes);
                self
            }

            /// Whether the events of streams are checked; by default, if responses are.
            pub fn validate_events(mut self, on: bool) -> Self {
                self.$field.validate_events = Some(on);
                self
            }

            /// After how many seconds without an event a stream sends
            /// [`ping_event`](crate::Controller::ping_event), or else what clients of its format ignore. By default that is
            /// 15 for server-sent events, and never for the other formats; with 0 it is never for all.
            pub fn ping_seconds(mut self, seconds: f64) -> Self {
                // What is no duration is as good as never.
                let period = std::time::Duration::try_from_secs_f64(seconds);
                self.$field.ping_seconds = Some(period.unwrap_or_default());
                self
            }

            /// After how many seconds streams are ended, in good order; never by default. Then clients that resume connect
            /// again, perhaps to another server.
            pub fn max_stream_seconds(mut self, seconds: f64) -> Self {
                // What is no duration is as good as never.
                let limit = std::time::Duration::try_from_secs_f64(seconds);
                self.$field.max_stream_seconds = limit.ok();
                self
            }

            /// Whether the document shows the formats of a stream that are sent as a whole, such as a JSON array, and those
            /// that are streamed at two paths: `/analytics` and `/analytics#stream`. Generators of clients make two methods
            /// of them. An endpoint that has only one kind keeps its one path.
            pub fn batch_and_stream(mut self, on: bool) -> Self {
                self.$field.batch_and_stream = Some(on);
                self
            }

            /// What streams send in place of an event that failed, for the document: `itemSchema` allows both. It is what
            /// [`handle_event_error`](crate::Controller::handle_event_error) answers, or else the error model.
            pub fn error_event(mut self, model: $crate::options::EventModel) -> Self {
                self.$field.error_event = Some(model);
                self
            }
        }
    };
}
pub(crate) use shared_options;

/// The options of `#[controller(…)]`.
#[derive(Debug, Default)]
#[must_use = "options do nothing until they are returned"]
pub struct ControllerOptions {
    pub(crate) shared: Shared,
    pub(crate) path_item: PathItemTexts,
    pub(crate) meta: bool,
}

/// What the document says of a path.
#[derive(Debug, Clone, Default)]
pub(crate) struct PathItemTexts {
    pub(crate) summary: Option<Cow<'static, str>>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) servers: Vec<Cow<'static, str>>,
}

shared_options!(ControllerOptions => shared);

impl ControllerOptions {
    /// Serves `OPTIONS`: with a 204 whose `Allow` lists the methods (RFC 9110, 9.3.7).
    pub fn meta(mut self, on: bool) -> Self {
        self.meta = on;
        self
    }

    /// What the document says of the path, in short.
    pub fn summary(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.path_item.summary = Some(text.into());
        self
    }

    /// What the document says of the path.
    pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.path_item.description = Some(text.into());
        self
    }

    /// The URLs of the servers that serve the path, for the document.
    pub fn servers<T: Into<Cow<'static, str>>>(
        mut self,
        urls: impl IntoIterator<Item = T>,
    ) -> Self {
        self.path_item.servers = urls.into_iter().map(Into::into).collect();
        self
    }
}

/// What only an endpoint can be told.
#[derive(Debug)]
pub(crate) struct Own<C> {
    pub(crate) docs: OperationTexts,
    pub(crate) status_code: Option<StatusCode>,
    pub(crate) headers: Vec<(Cow<'static, str>, NewHeader)>,
    pub(crate) header_specs: Vec<(Cow<'static, str>, HeaderSpec)>,
    pub(crate) cookies: Vec<NewCookie>,
    pub(crate) cookie_specs: Vec<(Cow<'static, str>, CookieSpec)>,
    pub(crate) models: Option<Vec<MediaTypeModel>>,
    pub(crate) links: Option<Value>,
    pub(crate) response_description: Option<Cow<'static, str>>,
    pub(crate) error_handler: Option<EndpointHandler<C>>,
}

/// What the document says of an operation, as far as it is written down.
#[derive(Debug, Default)]
pub(crate) struct OperationTexts {
    pub(crate) summary: Option<Cow<'static, str>>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) operation_id: Option<Cow<'static, str>>,
    pub(crate) external_docs: Option<Value>,
    pub(crate) callbacks: Option<Value>,
    pub(crate) servers: Vec<Cow<'static, str>>,
}

impl<C> Default for Own<C> {
    fn default() -> Self {
        Self {
            docs: OperationTexts::default(),
            status_code: None,
            headers: Vec::new(),
            header_specs: Vec::new(),
            cookies: Vec::new(),
            cookie_specs: Vec::new(),
            models: None,
            links: None,
            response_description: None,
            error_handler: None,
        }
    }
}

macro_rules! endpoint_options {
    ($type:ident) => {
        impl<C> Default for $type<C> {
            fn default() -> Self {
                Self {
                    shared: Shared::default(),
                    own: Own::default(),
                }
            }
        }

        impl<C> $type<C> {
            /// The summary in the document. With it, the doc comment is not used.
            pub fn summary(mut self, text: impl Into<Cow<'static, str>>) -> Self {
                self.own.docs.summary = Some(text.into());
                self
            }

            /// The description in the document. With it, the doc comment is not used.
            pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
                self.own.docs.description = Some(text.into());
                self
            }

            /// The id in the document; by default it is made of the verb, the controller and the path.
            pub fn operation_id(mut self, id: impl Into<Cow<'static, str>>) -> Self {
                self.own.docs.operation_id = Some(id.into());
                self
            }

            /// The URL of further documentation.
            pub fn external_docs(mut self, url: impl Into<Cow<'static, str>>) -> Self {
                let url: Cow<'static, str> = url.into();
                self.own.docs.external_docs = Some(json!({"url": url}));
                self
            }

            /// What the server may call back: a map of Callback Objects for the document, by name.
            pub fn callbacks(mut self, callbacks: Value) -> Self {
                self.own.docs.callbacks = Some(callbacks);
                self
            }

            /// The URLs of the servers that serve the operation, for the document.
            pub fn servers<T: Into<Cow<'static, str>>>(
                mut self,
                urls: impl IntoIterator<Item = T>,
            ) -> Self {
                self.own.docs.servers = urls.into_iter().map(Into::into).collect();
                self
            }

            /// Answers the errors of the endpoint, before [`Controller::handle_error`](crate::Controller::handle_error): an
            /// async function of the controller and the error, such as `Self::on_error`. `None` leaves it to the controller.
            pub fn error_handler(mut self, handler: impl ErrorHandler<C>) -> Self
            where
                C: 'static,
            {
                self.own.error_handler = Some(EndpointHandler::new(handler));
                self
            }
        }
    };
}

/// The options of `#[modify(…)]`, for endpoints that return a value or a stream.
#[derive(Debug)]
#[must_use = "options do nothing until they are returned"]
pub struct ModifyOptions<C> {
    pub(crate) shared: Shared,
    pub(crate) own: Own<C>,
}

shared_options!(ModifyOptions<C> => shared);
endpoint_options!(ModifyOptions);

impl<C> ModifyOptions<C> {
    /// The status of the response; by default 201 for a `POST` that does not stream, else 200.
    pub fn status_code(mut self, status: StatusCode) -> Self {
        self.own.status_code = Some(status);
        self
    }

    /// Headers of every successful response, with their values: `[("Cache-Control", NewHeader::new("no-store"))]`.
    pub fn headers<N: Into<Cow<'static, str>>>(
        mut self,
        headers: impl IntoIterator<Item = (N, NewHeader)>,
    ) -> Self {
        let headers = headers.into_iter();
        self.own
            .headers
            .extend(headers.map(|(name, header)| (name.into(), header)));
        self
    }

    /// Headers that something else adds to the response, such as a middleware; they have to
    /// [skip the validation](HeaderSpec::skip_validation).
    pub fn header_specs<N: Into<Cow<'static, str>>>(
        mut self,
        specs: impl IntoIterator<Item = (N, HeaderSpec)>,
    ) -> Self {
        let specs = specs.into_iter();
        self.own
            .header_specs
            .extend(specs.map(|(name, spec)| (name.into(), spec)));
        self
    }

    /// Cookies that every successful response sets: `[NewCookie::new("theme", "dark")]`.
    pub fn cookies(mut self, cookies: impl IntoIterator<Item = NewCookie>) -> Self {
        self.own.cookies.extend(cookies);
        self
    }

    /// Cookies that something else sets; they have to [skip the validation](CookieSpec::skip_validation).
    pub fn cookie_specs<N: Into<Cow<'static, str>>>(
        mut self,
        specs: impl IntoIterator<Item = (N, CookieSpec)>,
    ) -> Self {
        let specs = specs.into_iter();
        self.own
            .cookie_specs
            .extend(specs.map(|(name, spec)| (name.into(), spec)));
        self
    }

    /// The types of the body in each media type, in place of the returned type; two or more.
    pub fn by_media_type(mut self, models: impl IntoIterator<Item = MediaTypeModel>) -> Self {
        self.own.models = Some(models.into_iter().collect());
        self
    }

    /// What can be done next: a map of Link Objects for the document, by name.
    pub fn links(mut self, links: Value) -> Self {
        self.own.links = Some(links);
        self
    }

    /// What the document says of the response; the reason phrase of the status by default.
    pub fn response_description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.own.response_description = Some(text.into());
        self
    }
}

/// The options of `#[validate(…)]`, for endpoints that return a finished response.
#[derive(Debug)]
#[must_use = "options do nothing until they are returned"]
pub struct ValidateOptions<C> {
    pub(crate) shared: Shared,
    pub(crate) own: Own<C>,
}

shared_options!(ValidateOptions<C> => shared);
endpoint_options!(ValidateOptions);

impl<C> ValidateOptions<C> {
    /// A response that the endpoint may return.
    pub fn response(mut self, spec: ResponseSpec) -> Self {
        self.shared.responses.push(spec);
        self
    }
}
