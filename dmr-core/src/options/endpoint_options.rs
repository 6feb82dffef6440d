//! The options of `#[modify(…)]` and `#[validate(…)]`.

use std::borrow::Cow;

use http::StatusCode;
use serde_json::{Value, json};

use super::{LevelOptions, level_options};
use crate::error::{EndpointHandler, ErrorHandler};
use crate::response::{
    CookieSpec, Example, HeaderSpec, MediaTypeModel, NewCookie, NewHeader, ResponseSpec,
};

/// The options that only endpoints have.
#[derive(Debug, Default)]
pub(crate) struct EndpointOptions {
    pub(crate) texts: OperationTexts,
    pub(crate) status_code: Option<StatusCode>,
    pub(crate) headers: Vec<(Cow<'static, str>, NewHeader)>,
    pub(crate) header_specs: Vec<(Cow<'static, str>, HeaderSpec)>,
    pub(crate) cookies: Vec<NewCookie>,
    pub(crate) cookie_specs: Vec<(Cow<'static, str>, CookieSpec)>,
    pub(crate) models: Option<Vec<MediaTypeModel>>,
    pub(crate) links: Option<Value>,
    pub(crate) examples: Vec<Example>,
    pub(crate) response_description: Option<Cow<'static, str>>,
    pub(crate) error_responses: Option<Vec<StatusCode>>,
    /// The responses of `#[validate]`, which the endpoint itself returns.
    pub(crate) returned: Vec<ResponseSpec>,
}

/// The texts of an operation in the document, from its attribute.
#[derive(Debug, Default)]
pub(crate) struct OperationTexts {
    pub(crate) summary: Option<Cow<'static, str>>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) operation_id: Option<Cow<'static, str>>,
    pub(crate) external_docs: Option<Value>,
    pub(crate) callbacks: Option<Value>,
    pub(crate) servers: Vec<Cow<'static, str>>,
}

macro_rules! endpoint_options {
    ($type:ident) => {
        impl<C> Default for $type<C> {
            fn default() -> Self {
                Self {
                    level: LevelOptions::default(),
                    own: EndpointOptions::default(),
                    error_handler: None,
                }
            }
        }

        impl<C> $type<C> {
            /// Sets the summary in the document. The doc comment is then ignored.
            pub fn summary(mut self, text: impl Into<Cow<'static, str>>) -> Self {
                self.own.texts.summary = Some(text.into());
                self
            }

            /// Sets the description in the document. The doc comment is then ignored.
            pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
                self.own.texts.description = Some(text.into());
                self
            }

            /// Narrows the responses of the error type to those with these statuses: the endpoint
            /// cannot give the others. One that it gives all the same breaks its declaration.
            pub fn error_responses(
                mut self,
                statuses: impl IntoIterator<Item = StatusCode>,
            ) -> Self {
                self.own.error_responses = Some(statuses.into_iter().collect());
                self
            }

            /// Sets the id in the document. By default it is built from the verb, the controller
            /// and the path.
            pub fn operation_id(mut self, id: impl Into<Cow<'static, str>>) -> Self {
                self.own.texts.operation_id = Some(id.into());
                self
            }

            /// Sets the URL of further documentation.
            pub fn external_docs(mut self, url: impl Into<Cow<'static, str>>) -> Self {
                let url: Cow<'static, str> = url.into();
                self.own.texts.external_docs = Some(json!({"url": url}));
                self
            }

            /// Sets the callbacks of the server: a map of Callback Objects for the document, by
            /// name.
            pub fn callbacks(mut self, callbacks: Value) -> Self {
                self.own.texts.callbacks = Some(callbacks);
                self
            }

            /// Sets the URLs of the servers that serve the operation, for the document.
            pub fn servers<T: Into<Cow<'static, str>>>(
                mut self,
                urls: impl IntoIterator<Item = T>,
            ) -> Self {
                self.own.texts.servers = urls.into_iter().map(Into::into).collect();
                self
            }

            /// Sets an error handler that comes before
            /// [`Controller::handle_error`](crate::Controller::handle_error): an async function of
            /// the controller and the error, such as `Self::on_error`. `None` passes the error to
            /// the controller.
            pub fn error_handler(mut self, handler: impl ErrorHandler<C>) -> Self
            where
                C: 'static,
            {
                self.error_handler = Some(EndpointHandler::new(handler));
                self
            }
        }
    };
}

/// The options of `#[modify(…)]`, for endpoints that return a value or a stream.
#[derive(Debug)]
#[must_use = "options do nothing until they are returned"]
pub struct ModifyOptions<C> {
    pub(crate) level: LevelOptions,
    pub(crate) own: EndpointOptions,
    pub(crate) error_handler: Option<EndpointHandler<C>>,
}

level_options!(ModifyOptions<C> => level);
endpoint_options!(ModifyOptions);

impl<C> ModifyOptions<C> {
    /// Sets the status of the response. By default 201 for a `POST` that does not stream, else 200.
    pub fn status_code(mut self, status: StatusCode) -> Self {
        self.own.status_code = Some(status);
        self
    }

    /// Adds headers to every successful response, with their values: `[("Cache-Control",
    /// NewHeader::new("no-store"))]`.
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

    /// Declares headers that something else adds to the response, such as a middleware. They have
    /// to [skip the validation](HeaderSpec::skip_validation).
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

    /// Adds cookies to every successful response: `[NewCookie::new("theme", "dark")]`.
    pub fn cookies(mut self, cookies: impl IntoIterator<Item = NewCookie>) -> Self {
        self.own.cookies.extend(cookies);
        self
    }

    /// Declares cookies that something else sets. They have to [skip the
    /// validation](CookieSpec::skip_validation).
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

    /// Sets the type of the body for each media type, in place of the return type. Two or more.
    pub fn by_media_type(mut self, models: impl IntoIterator<Item = MediaTypeModel>) -> Self {
        self.own.models = Some(models.into_iter().collect());
        self
    }

    /// Sets the links of the response: a map of Link Objects for the document, by name.
    pub fn links(mut self, links: Value) -> Self {
        self.own.links = Some(links);
        self
    }

    /// Adds examples of the successful response for the document:
    /// `[Example::new("empty", Page::default())]`, or for a stream
    /// `[Example::events("two", [first, second])]`. One that does not match the response is an error
    /// when the application is built. An endpoint with `#[validate]` gives examples to each
    /// [`ResponseSpec`](ResponseSpec::examples).
    pub fn examples(mut self, examples: impl IntoIterator<Item = Example>) -> Self {
        self.own.examples.extend(examples);
        self
    }

    /// Sets the description of the response in the document. The reason phrase of the status by
    /// default.
    pub fn response_description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.own.response_description = Some(text.into());
        self
    }
}

/// The options of `#[validate(…)]`, for endpoints that return a finished response.
#[derive(Debug)]
#[must_use = "options do nothing until they are returned"]
pub struct ValidateOptions<C> {
    pub(crate) level: LevelOptions,
    pub(crate) own: EndpointOptions,
    pub(crate) error_handler: Option<EndpointHandler<C>>,
}

level_options!(ValidateOptions<C> => level);
endpoint_options!(ValidateOptions);

impl<C> ValidateOptions<C> {
    /// Declares a response that the endpoint may return. It counts beside the option
    /// [`responses`](Self::responses) of all levels.
    pub fn response(mut self, spec: ResponseSpec) -> Self {
        self.own.returned.push(spec);
        self
    }
}
