//! The options that every level has.

use std::borrow::Cow;
use std::time::Duration;

use http::StatusCode;

use super::{Accept, HttpSpec, List, Set};
use crate::auth::AuthChain;
use crate::component::OfferedState;
use crate::layer::Layer;
use crate::response::{EventModel, ResponseSpec};
use crate::serializer::{Parsers, Renderers};
use crate::stream::EventValidators;
use crate::validation::ValidateResponses;

/// The options that every level has: endpoint, controller, router, settings.
#[derive(Debug, Clone, Default)]
pub(crate) struct LevelOptions {
    pub(crate) auth: Option<AuthChain>,
    pub(crate) tags: List<Cow<'static, str>>,
    pub(crate) deprecated: Option<bool>,
    pub(crate) responses: List<ResponseSpec>,
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
    pub(crate) event_validators: EventValidators,
    pub(crate) ping_interval: Option<Duration>,
    pub(crate) error_event: Option<EventModel>,
    pub(crate) max_stream_duration: Option<Duration>,
    pub(crate) batch_and_stream: Option<bool>,
    pub(crate) accept: Option<Accept>,
    /// The middleware of the level, the outermost first.
    pub(crate) middleware: Vec<Layer>,
    /// What [`Router::state`](crate::Router::state) offers.
    pub(crate) states: Vec<OfferedState>,
}

/// Gives a builder with a field of [`LevelOptions`] its methods.
macro_rules! level_options {
    ($type:ident $(<$parameter:ident>)? => $field:ident) => {
        impl$(<$parameter>)? $type$(<$parameter>)? {
            /// Sets who may use the endpoints: see [`AuthChain`](crate::auth::AuthChain). The
            /// innermost level that sets it decides. `None` opens the level.
            pub fn auth(mut self, chain: impl Into<$crate::auth::AuthChain>) -> Self {
                self.$field.auth = Some(chain.into());
                self
            }

            /// Sets the tags of the operations. The innermost level that sets tags decides, and an
            /// empty list sets none. [`add_tags`](Self::add_tags) keeps those of the outer levels.
            pub fn tags<T>(mut self, tags: impl IntoIterator<Item = T>) -> Self
            where
                T: Into<std::borrow::Cow<'static, str>>,
            {
                self.$field.tags.replace(tags.into_iter().map(Into::into));
                self
            }

            /// Adds tags, after those of the outer levels and those of [`tags`](Self::tags).
            ///
            /// ```
            /// # use dmr_core::{Router, Settings};
            /// let settings = Settings::new().tags(["shop"]);
            /// // The operations have the tags `shop` and `books`.
            /// let router = Router::new("books/").settings(settings).add_tags(["books"]);
            /// # let _ = router;
            /// ```
            pub fn add_tags<T>(mut self, tags: impl IntoIterator<Item = T>) -> Self
            where
                T: Into<std::borrow::Cow<'static, str>>,
            {
                self.$field.tags.add(tags.into_iter().map(Into::into));
                self
            }

            /// Whether the document marks the operations as deprecated. `false` by default. The
            /// innermost level that sets it decides.
            pub fn deprecated(mut self, on: bool) -> Self {
                self.$field.deprecated = Some(on);
                self
            }

            /// Whether to leave the operations out of the document. They are still served. `false`
            /// by default. The innermost level that sets it decides.
            pub fn ignore_from_spec(mut self, on: bool) -> Self {
                self.$field.ignore_from_spec = Some(on);
                self
            }

            /// Declares further responses, such as those of [`Error::new`](crate::Error::new). The
            /// innermost level that sets the option decides, and an empty list declares none.
            /// [`add_responses`](Self::add_responses) keeps those of the outer levels.
            ///
            /// The option does not touch the responses of the return type, of the error type, of
            /// `#[validate(…)]`, of a middleware, and of dmr itself. They always count.
            pub fn responses(
                mut self,
                specs: impl IntoIterator<Item = $crate::ResponseSpec>,
            ) -> Self {
                self.$field.responses.replace(specs);
                self
            }

            /// Declares responses beside those of the outer levels and of
            /// [`responses`](Self::responses).
            pub fn add_responses(
                mut self,
                specs: impl IntoIterator<Item = $crate::ResponseSpec>,
            ) -> Self {
                self.$field.responses.add(specs);
                self
            }

            /// Whether to declare the responses of dmr itself (400, 401, 404, 406, 413, 422).
            /// `true` by default. An undeclared response becomes a 422 when it occurs.
            pub fn semantic_responses(mut self, on: bool) -> Self {
                self.$field.semantic_responses = Some(on);
                self
            }

            /// Leaves some of the [semantic responses](Self::semantic_responses) undeclared. The
            /// innermost level that sets the option decides: see [`Set`](crate::options::Set).
            pub fn exclude_semantic_responses(
                mut self,
                statuses: impl Into<$crate::options::Set<http::StatusCode>>,
            ) -> Self {
                self.$field.exclude_semantic_responses = Some(statuses.into());
                self
            }

            /// Sets how responses are checked against their declaration.
            /// [`Strict`](crate::ValidateResponses::Strict) by default.
            pub fn validate_responses(mut self, validate: $crate::ValidateResponses) -> Self {
                self.$field.validate_responses = Some(validate);
                self
            }

            /// Whether a response that the endpoint itself [rendered](crate::Response::rendered)
            /// must have the negotiated media type. By default, if responses are checked.
            pub fn validate_negotiation(mut self, on: bool) -> Self {
                self.$field.validate_negotiation = Some(on);
                self
            }

            /// Skips some rules of HTTP. The innermost level that sets the option decides: see
            /// [`Set`](crate::options::Set).
            pub fn no_validate_http_spec(
                mut self,
                rules: impl Into<$crate::options::Set<$crate::options::HttpSpec>>,
            ) -> Self {
                self.$field.no_validate_http_spec = Some(rules.into());
                self
            }

            /// Sets the formats of request bodies, the preferred one first: a tuple or an array.
            /// The innermost level that names any decides. By default the `Serializer` of the
            /// controller.
            pub fn parsers(mut self, parsers: impl Into<$crate::serializer::Parsers>) -> Self {
                self.$field.parsers = parsers.into();
                self
            }

            /// Sets the formats of responses, the preferred one first: a tuple or an array. The
            /// innermost level that names any decides. By default the `Serializer` of the
            /// controller.
            pub fn renderers(mut self, renderers: impl Into<$crate::serializer::Renderers>) -> Self {
                self.$field.renderers = renderers.into();
                self
            }

            /// Sets whether `Accept` is a demand or a wish: see
            /// [`Accept`](crate::options::Accept). [`Strict`](crate::options::Accept::Strict) by
            /// default. The innermost level that sets it decides.
            pub fn accept(mut self, accept: $crate::options::Accept) -> Self {
                self.$field.accept = Some(accept);
                self
            }

            /// Puts middleware around the endpoints, the outermost first. It comes inside of the
            /// middleware of the outer levels, and of earlier calls. Middleware of all levels
            /// counts: an inner level cannot remove it.
            ///
            /// A middleware runs before negotiation, authentication and the components. It does not
            /// see a request that no endpoint serves: a 404 or a 405 comes before it. The responses
            /// that it declares are in the document. A response that it makes itself is checked
            /// like that of an endpoint.
            pub fn middleware<L>(mut self, layers: impl IntoIterator<Item = L>) -> Self
            where
                L: Into<$crate::Layer>,
            {
                self.$field.middleware.extend(layers.into_iter().map(Into::into));
                self
            }

            /// Limits request bodies that are held in memory, in bytes. 2 MiB by default. A longer
            /// body is a 413.
            pub fn max_body_size(mut self, bytes: u64) -> Self {
                self.$field.max_body_size = Some(bytes);
                self
            }

            /// Limits requests with files, and bodies that are read item by item, in bytes. 32 MiB
            /// by default. A longer request is a 413.
            pub fn max_upload_size(mut self, bytes: u64) -> Self {
                self.$field.max_upload_size = Some(bytes);
                self
            }

            /// Limits the number of fields of a form. 1000 by default. More are a 413.
            pub fn max_form_fields(mut self, count: usize) -> Self {
                self.$field.max_form_fields = Some(count);
                self
            }

            /// Limits the number of files of a form. 100 by default. More are a 413.
            pub fn max_files(mut self, count: usize) -> Self {
                self.$field.max_files = Some(count);
                self
            }

            /// Limits the items of a [`BodyStream`](crate::component::BodyStream), in bytes. 1 MiB
            /// by default. A longer item is a 413.
            pub fn max_item_size(mut self, bytes: usize) -> Self {
                self.$field.max_item_size = Some(bytes);
                self
            }

            /// Whether to check the events of streams. By default, if responses are checked.
            pub fn validate_events(mut self, on: bool) -> Self {
                self.$field.validate_events = Some(on);
                self
            }

            /// Sets what looks at each event before it is sent: a tuple or an array of
            /// [`EventValidator`](crate::stream::EventValidator)s, in this order. They take the
            /// place of the check against the schema, unless
            /// [`CheckSchema`](crate::stream::CheckSchema) is one of them. The innermost level that
            /// names any decides.
            pub fn event_validators(
                mut self,
                validators: impl Into<$crate::stream::EventValidators>,
            ) -> Self {
                self.$field.event_validators = validators.into();
                self
            }

            /// Sets how long a stream may be silent before it sends
            /// [`ping_event`](crate::Controller::ping_event), or else bytes that clients of its
            /// format ignore. By default 15 seconds for server-sent events; other formats send no
            /// pings. [`Duration::ZERO`](std::time::Duration::ZERO) turns pings off.
            pub fn ping_interval(mut self, interval: std::time::Duration) -> Self {
                self.$field.ping_interval = Some(interval);
                self
            }

            /// Limits how long a stream lasts. It then ends in good order. Unlimited by default.
            /// Clients that resume connect again, perhaps to another server.
            pub fn max_stream_duration(mut self, limit: std::time::Duration) -> Self {
                self.$field.max_stream_duration = Some(limit);
                self
            }

            /// Whether the document shows an endpoint at two paths: `/analytics` with the formats
            /// that are one value, such as a JSON array, and `/analytics#stream` with the
            /// sequences. Client generators make two methods of them. An endpoint with formats of
            /// only one kind keeps its one path. `false` by default.
            pub fn batch_and_stream(mut self, on: bool) -> Self {
                self.$field.batch_and_stream = Some(on);
                self
            }

            /// Declares the model of an error in place of an event, for the document: `itemSchema`
            /// then allows both. It is the answer of
            /// [`handle_event_error`](crate::Controller::handle_event_error), or else the error
            /// model.
            pub fn error_event(mut self, model: $crate::options::EventModel) -> Self {
                self.$field.error_event = Some(model);
                self
            }
        }
    };
}
pub(crate) use level_options;
