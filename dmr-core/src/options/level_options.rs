//! The options that every level has.

use std::borrow::Cow;
use std::time::Duration;

use http::StatusCode;

use super::{HttpSpec, Set};
use crate::auth::AuthChain;
use crate::response::{EventModel, ResponseSpec};
use crate::serializer::{Parsers, Renderers};
use crate::validation::ValidateResponses;

/// The options that every level has: endpoint, controller, router, settings.
#[derive(Debug, Clone, Default)]
pub(crate) struct LevelOptions {
    pub(crate) auth: Option<AuthChain>,
    pub(crate) tags: Vec<Cow<'static, str>>,
    pub(crate) deprecated: Option<bool>,
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
    pub(crate) ping_interval: Option<Duration>,
    pub(crate) error_event: Option<EventModel>,
    pub(crate) max_stream_duration: Option<Duration>,
    pub(crate) batch_and_stream: Option<bool>,
}

/// Gives a builder the methods of [`LevelOptions`], which it has in a field.
macro_rules! level_options {
    ($type:ident $(<$parameter:ident>)? => $field:ident) => {
        impl$(<$parameter>)? $type$(<$parameter>)? {
            /// Who may use it: see [`AuthChain`](crate::auth::AuthChain). The innermost level that
            /// says something decides; `None` opens it.
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

            /// Whether the document marks the operations as deprecated; `false` by default. The
            /// innermost level that says something decides.
            pub fn deprecated(mut self, on: bool) -> Self {
                self.$field.deprecated = Some(on);
                self
            }

            /// Leaves the operations out of the document. They are still served; an inner level can
            /// bring them back.
            pub fn ignore_from_spec(mut self, on: bool) -> Self {
                self.$field.ignore_from_spec = Some(on);
                self
            }

            /// Further responses that may be given, such as those of
            /// [`Error::new`](crate::Error::new).
            pub fn responses(
                mut self,
                specs: impl IntoIterator<Item = $crate::ResponseSpec>,
            ) -> Self {
                self.$field.responses.extend(specs);
                self
            }

            /// Whether the responses that dmr itself gives (400, 401, 404, 406, 413, 422) are
            /// declared; `true` by default. What is not declared becomes a 422, if it does happen.
            pub fn semantic_responses(mut self, on: bool) -> Self {
                self.$field.semantic_responses = Some(on);
                self
            }

            /// Those of the [semantic responses](Self::semantic_responses) that are not declared.
            /// The lists of all levels add up; `None` empties them.
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

            /// Whether a response that was [rendered by hand](crate::Response::rendered) has to
            /// have the media type that was negotiated; by default, if responses are checked.
            pub fn validate_negotiation(mut self, on: bool) -> Self {
                self.$field.validate_negotiation = Some(on);
                self
            }

            /// The rules of HTTP that are not checked. The lists of all levels add up; `None`
            /// empties them.
            pub fn no_validate_http_spec(
                mut self,
                rules: impl Into<$crate::options::Set<$crate::options::HttpSpec>>,
            ) -> Self {
                self.$field.no_validate_http_spec = Some(rules.into());
                self
            }

            /// The formats that request bodies can have, the preferred one first: a tuple or an
            /// array. The innermost level that names some decides; by default it is the
            /// `Serializer` of the controller.
            pub fn parsers(mut self, parsers: impl Into<$crate::serializer::Parsers>) -> Self {
                self.$field.parsers = parsers.into();
                self
            }

            /// The formats that responses can have, the preferred one first: a tuple or an array.
            /// The innermost level that names some decides; by default it is the `Serializer` of
            /// the controller.
            pub fn renderers(mut self, renderers: impl Into<$crate::serializer::Renderers>) -> Self {
                self.$field.renderers = renderers.into();
                self
            }

            /// How many bytes a request body may have that is held in memory; 2 MiB by default.
            /// Longer ones are a 413.
            pub fn max_body_size(mut self, bytes: u64) -> Self {
                self.$field.max_body_size = Some(bytes);
                self
            }

            /// How many bytes a request may have that brings files; 32 MiB by default. Longer ones
            /// are a 413.
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

            /// How many bytes an item of a [`BodyStream`](crate::component::BodyStream) may have; 1
            /// MiB by default. More are a 413.
            pub fn max_item_size(mut self, bytes: usize) -> Self {
                self.$field.max_item_size = Some(bytes);
                self
            }

            /// Whether the events of streams are checked; by default, if responses are.
            pub fn validate_events(mut self, on: bool) -> Self {
                self.$field.validate_events = Some(on);
                self
            }

            /// How long a stream may be silent before it sends
            /// [`ping_event`](crate::Controller::ping_event), or else bytes that clients of its
            /// format ignore. The default is 15 seconds for server-sent events, and never for the
            /// other formats. [`Duration::ZERO`](std::time::Duration::ZERO) stands for never.
            pub fn ping_interval(mut self, interval: std::time::Duration) -> Self {
                self.$field.ping_interval = Some(interval);
                self
            }

            /// How long streams last before they are ended, in good order; for ever by default.
            /// Clients that resume then connect again, perhaps to another server.
            pub fn max_stream_duration(mut self, limit: std::time::Duration) -> Self {
                self.$field.max_stream_duration = Some(limit);
                self
            }

            /// Whether the document shows the formats of a stream that are sent as a whole, such as
            /// a JSON array, and those that are streamed at two paths: `/analytics` and
            /// `/analytics#stream`. Generators of clients make two methods of them. An endpoint
            /// that has only one kind keeps its one path.
            pub fn batch_and_stream(mut self, on: bool) -> Self {
                self.$field.batch_and_stream = Some(on);
                self
            }

            /// What streams send in place of an event that failed, for the document: `itemSchema`
            /// allows both. It is what
            /// [`handle_event_error`](crate::Controller::handle_event_error) answers, or else the
            /// error model.
            pub fn error_event(mut self, model: $crate::options::EventModel) -> Self {
                self.$field.error_event = Some(model);
                self
            }
        }
    };
}
pub(crate) use level_options;
