//! The options of the attributes: one method is one key.

use std::borrow::Cow;
use std::time::Duration;

use http::StatusCode;

use crate::auth::AuthChain;
use crate::response::{ResponseSpec, ValidateResponses};

/// The options that every level has: endpoint, controller, router, settings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shared {
    pub(crate) auth: Option<AuthChain>,
    pub(crate) tags: Vec<Cow<'static, str>>,
    pub(crate) deprecated: bool,
    pub(crate) responses: Vec<ResponseSpec>,
    pub(crate) semantic_responses: Option<bool>,
    pub(crate) validate_responses: Option<ValidateResponses>,
    pub(crate) validate_events: Option<bool>,
    pub(crate) ping_seconds: Option<Duration>,
}

/// Gives a builder the methods of [`Shared`], which it has in a field.
macro_rules! shared_options {
    ($type:ty => $field:ident) => {
        impl $type {
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

            /// Further responses that may be given, such as those of [`Error::new`](crate::Error::new).
            pub fn responses(
                mut self,
                specs: impl IntoIterator<Item = $crate::ResponseSpec>,
            ) -> Self {
                self.$field.responses.extend(specs);
                self
            }

            /// Whether the responses that dmr itself gives (400, 401, 406, 422) are declared; `true` by default. What is not
            /// declared becomes a 422, if it does happen.
            pub fn semantic_responses(mut self, on: bool) -> Self {
                self.$field.semantic_responses = Some(on);
                self
            }

            /// What happens to responses that do not match their declaration;
            /// [`Strict`](crate::ValidateResponses::Strict) by default.
            pub fn validate_responses(mut self, validate: $crate::ValidateResponses) -> Self {
                self.$field.validate_responses = Some(validate);
                self
            }

            /// Whether the events of streams are checked; by default, if responses are.
            pub fn validate_events(mut self, on: bool) -> Self {
                self.$field.validate_events = Some(on);
                self
            }

            /// After how many seconds without an event a stream sends
            /// [`ping_event`](crate::Controller::ping_event); never by default, and with 0.
            pub fn ping_seconds(mut self, seconds: f64) -> Self {
                // What is no duration is as good as never.
                let period = std::time::Duration::try_from_secs_f64(seconds);
                self.$field.ping_seconds = Some(period.unwrap_or_default());
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
}

shared_options!(ControllerOptions => shared);

/// What only an endpoint can be told.
#[derive(Debug, Default)]
pub(crate) struct Own {
    pub(crate) summary: Option<Cow<'static, str>>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) operation_id: Option<Cow<'static, str>>,
    pub(crate) status_code: Option<StatusCode>,
}

macro_rules! endpoint_options {
    ($type:ty) => {
        impl $type {
            /// The summary in the document. With it, the doc comment is not used.
            pub fn summary(mut self, text: impl Into<Cow<'static, str>>) -> Self {
                self.own.summary = Some(text.into());
                self
            }

            /// The description in the document. With it, the doc comment is not used.
            pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
                self.own.description = Some(text.into());
                self
            }

            /// The id in the document; by default it is made of the verb, the controller and the path.
            pub fn operation_id(mut self, id: impl Into<Cow<'static, str>>) -> Self {
                self.own.operation_id = Some(id.into());
                self
            }
        }
    };
}

/// The options of `#[modify(…)]`, for endpoints that return a value or a stream.
#[derive(Debug, Default)]
#[must_use = "options do nothing until they are returned"]
pub struct ModifyOptions {
    pub(crate) shared: Shared,
    pub(crate) own: Own,
}

shared_options!(ModifyOptions => shared);
endpoint_options!(ModifyOptions);

impl ModifyOptions {
    /// The status of the response; by default 201 for a `POST` that does not stream, else 200.
    pub fn status_code(mut self, status: StatusCode) -> Self {
        self.own.status_code = Some(status);
        self
    }
}

/// The options of `#[validate(…)]`, for endpoints that return a finished response.
#[derive(Debug, Default)]
#[must_use = "options do nothing until they are returned"]
pub struct ValidateOptions {
    pub(crate) shared: Shared,
    pub(crate) own: Own,
}

shared_options!(ValidateOptions => shared);
endpoint_options!(ValidateOptions);

impl ValidateOptions {
    /// A response that the endpoint may return.
    pub fn response(mut self, spec: ResponseSpec) -> Self {
        self.shared.responses.push(spec);
        self
    }
}

/// The options of an endpoint on all four levels, from the inside out.
pub(crate) struct Levels<'l>(pub(crate) [&'l Shared; 4]);

impl<'l> Levels<'l> {
    /// What the innermost level says that says something.
    pub(crate) fn first<T>(&self, option: impl Fn(&'l Shared) -> Option<T>) -> Option<T> {
        self.0.into_iter().find_map(option)
    }

    /// How long a stream may be silent, if it pings at all.
    pub(crate) fn ping(&self) -> Option<Duration> {
        let period = self.first(|level| level.ping_seconds);
        period.filter(|period| !period.is_zero())
    }

    /// From the outermost level inwards.
    pub(crate) fn outside_in(&self) -> impl Iterator<Item = &'l Shared> {
        self.0.into_iter().rev()
    }
}
