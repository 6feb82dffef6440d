//! [`Settings`]: the defaults of a whole application.

use std::borrow::Cow;

use http::StatusCode;

use crate::error::{GlobalErrorHandler, SettingsHandler};
use crate::options::{LevelOptions, level_options};

/// The defaults of every endpoint of a [`Router`](crate::Router). The router, a controller or an
/// endpoint can override them.
///
/// ```
/// use dmr_core::Settings;
///
/// let settings = Settings::new().debug(false).error_locations(true);
/// assert!(!settings.is_debug());
/// ```
#[derive(Debug, Clone)]
#[must_use = "settings do nothing until a router has them"]
pub struct Settings {
    pub(crate) debug: Option<bool>,
    pub(crate) first_page: Option<bool>,
    pub(crate) error_locations: bool,
    pub(crate) invalid_response_status: StatusCode,
    pub(crate) max_query_fields: usize,
    pub(crate) send_null: bool,
    pub(crate) strict_auth: bool,
    pub(crate) trailing_slash: TrailingSlash,
    pub(crate) error_handler: Option<SettingsHandler>,
    pub(crate) format_suffix: bool,
    pub(crate) format_parameter: Option<Cow<'static, str>>,
    pub(crate) openapi: OpenApi,
    pub(crate) level: LevelOptions,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            debug: None,
            first_page: None,
            error_locations: false,
            invalid_response_status: StatusCode::UNPROCESSABLE_ENTITY,
            max_query_fields: 1000,
            send_null: false,
            strict_auth: false,
            trailing_slash: TrailingSlash::default(),
            error_handler: None,
            format_suffix: false,
            format_parameter: None,
            openapi: OpenApi::default(),
            level: LevelOptions::default(),
        }
    }
}

impl Settings {
    /// The default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Turns debug on or off. In debug, clients see the texts of internal errors, and blocking
    /// streams are served.
    ///
    /// The default is the environment variable `DMR_DEBUG` (`1` or `0`), else whether the program
    /// was compiled with debug assertions.
    pub fn debug(mut self, debug: bool) -> Self {
        self.debug = Some(debug);
        self
    }

    /// Whether debug is on, by [`debug`](Self::debug), the environment or the build.
    pub fn is_debug(&self) -> bool {
        let environment = || match std::env::var("DMR_DEBUG").ok()?.as_str() {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        };
        self.debug
            .or_else(environment)
            .unwrap_or(cfg!(debug_assertions))
    }

    /// Whether `dmr::serve` shows browsers a page where nothing else is served: at `/` and in the
    /// directory of the document, `/docs/`, and with a 404 at other paths. The page lists the
    /// document and its operations. By default, if [debug](Self::debug) is on.
    ///
    /// Routes and other services of the application come first, as does its own `default_service`.
    ///
    /// ```
    /// use dmr_core::{Router, Settings};
    ///
    /// let router = Router::new("api/").settings(Settings::new().debug(false).first_page(true));
    /// assert!(router.build().unwrap().first_page().is_some());
    /// ```
    pub fn first_page(mut self, on: bool) -> Self {
        self.first_page = Some(on);
        self
    }

    /// Whether each validation error has a `loc`, the path to the value. `false` by default.
    pub fn error_locations(mut self, on: bool) -> Self {
        self.error_locations = on;
        self
    }

    /// Sets the status of a response that breaks its declaration, such as
    /// [`StatusCode::INTERNAL_SERVER_ERROR`]: the server has failed, not the client. 422 by default.
    /// The document has the same status. A status that is not one of an error fails the build.
    ///
    /// ```
    /// use dmr_core::{Settings, http::StatusCode};
    ///
    /// let settings = Settings::new().invalid_response_status(StatusCode::INTERNAL_SERVER_ERROR);
    /// # let _ = settings;
    /// ```
    pub fn invalid_response_status(mut self, status: StatusCode) -> Self {
        self.invalid_response_status = status;
        self
    }

    pub(crate) fn mistakes(&self) -> Vec<String> {
        let status = self.invalid_response_status;
        if status.is_client_error() || status.is_server_error() {
            return Vec::new();
        }
        vec![format!(
            "`invalid_response_status` is {}: write the status of an error, such as 500",
            status.as_str()
        )]
    }

    /// Limits the number of fields of a query. 1000 by default. More are a 400.
    pub fn max_query_fields(mut self, limit: usize) -> Self {
        self.max_query_fields = limit;
        self
    }

    /// Whether `None` and `()` are sent as `null`. `false` by default: the body is then empty, and
    /// the document says so. A status without content, such as 204, has no body either way.
    ///
    /// Clients that read every JSON response, such as `response.json()` in a browser, need `null`.
    pub fn send_null(mut self, on: bool) -> Self {
        self.send_null = on;
        self
    }

    /// Whether an endpoint with `auth = None` inside of a controller, router or settings with `auth`
    /// is an error when the application is built. `false` by default: it is then a warning in the
    /// log. To open one endpoint on purpose, give it a controller of its own, with `auth = None` on
    /// the controller.
    pub fn strict_auth(mut self, on: bool) -> Self {
        self.strict_auth = on;
        self
    }

    /// Sets the answer to a request whose path has a slash too many or too few at the end.
    /// [`TrailingSlash::Exact`] by default.
    pub fn trailing_slash(mut self, answer: TrailingSlash) -> Self {
        self.trailing_slash = answer;
        self
    }

    /// Whether each endpoint also has a path for each of its formats, such as `/albums.jsonl` beside
    /// `/albums/`: for clients that cannot send an `Accept` header. The formats are those of a
    /// stream, or the renderers of another endpoint if it has several: `/users.json` and
    /// `/users.xml`. The name of a renderer is its media subtype without `x-`. The document lists
    /// these paths. `false` by default.
    pub fn format_suffix(mut self, on: bool) -> Self {
        self.format_suffix = on;
        self
    }

    /// Sets the query parameter that chooses the format of a stream, such as `format` for
    /// `?format=jsonl`, or of an endpoint with several renderers, as in `?format=xml`. None by
    /// default. It wins over the `Accept` header, and the document lists it. The
    /// [`Query`](crate::Query) of such an endpoint cannot have a field of this name. Other endpoints
    /// ignore the parameter.
    pub fn format_parameter(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.format_parameter = Some(name.into());
        self
    }

    /// Sets a handler for the errors that neither the endpoint nor its controller have answered: an
    /// async function of the error. If it returns `None`, dmr sends its default answer.
    ///
    /// ```
    /// use dmr_core::{Error, ErrorModel, Response, Settings, http::StatusCode};
    ///
    /// async fn busy(error: &Error) -> Option<Response> {
    ///     error.downcast_ref::<std::io::Error>()?;
    ///     Some(Response::new(StatusCode::SERVICE_UNAVAILABLE, ErrorModel::msg("try again")))
    /// }
    ///
    /// let settings = Settings::new().error_handler(busy);
    /// # let _ = settings;
    /// ```
    pub fn error_handler(mut self, handler: impl GlobalErrorHandler) -> Self {
        self.error_handler = Some(SettingsHandler::new(handler));
        self
    }

    /// Sets the title, the version and the path of the OpenAPI document.
    pub fn openapi(mut self, openapi: OpenApi) -> Self {
        self.openapi = openapi;
        self
    }
}

level_options!(Settings => level);

/// The answer to a request whose path differs from that of a controller only by the slash at its
/// end. A path with a route of its own is always served by that route.
///
/// ```
/// use dmr_core::{Settings, TrailingSlash};
///
/// // `/users` is a redirect to `/users/`.
/// let settings = Settings::new().trailing_slash(TrailingSlash::Redirect);
/// # let _ = settings;
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrailingSlash {
    /// The path has no route: a 404.
    #[default]
    Exact,
    /// A 308 with the right path in `Location` (RFC 9110, 15.4.9), for every method. Clients repeat
    /// the request with its body.
    Redirect,
    /// The controller answers at both paths. The document lists only the path that is mounted.
    Same,
}

/// The settings of the OpenAPI document.
///
/// ```
/// use dmr_core::OpenApi;
///
/// let openapi = OpenApi::new("Bookstore", "2.1.0").path("/openapi.json");
/// # let _ = openapi;
/// ```
#[derive(Debug, Clone)]
#[must_use = "it does nothing until the settings have it"]
pub struct OpenApi {
    pub(crate) title: Cow<'static, str>,
    pub(crate) version: Cow<'static, str>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) path: Option<Cow<'static, str>>,
    pub(crate) servers: Vec<Cow<'static, str>>,
}

impl OpenApi {
    /// A document with a title and the version of the API, served at `/docs/openapi.json`.
    pub fn new(title: impl Into<Cow<'static, str>>, version: impl Into<Cow<'static, str>>) -> Self {
        Self {
            title: title.into(),
            version: version.into(),
            description: None,
            path: Some("/docs/openapi.json".into()),
            servers: Vec::new(),
        }
    }

    /// Sets the description of the API, in CommonMark.
    pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Sets the path of the document.
    pub fn path(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Sets the URLs of the servers of the API, each with the path below which the API is mounted:
    /// `https://example.com/v1`.
    ///
    /// Without them, a document that the web framework serves below a path, such as `/v1`, names
    /// this path as its server. The path is that of the request for the document.
    pub fn servers<T: Into<Cow<'static, str>>>(
        mut self,
        urls: impl IntoIterator<Item = T>,
    ) -> Self {
        self.servers = urls.into_iter().map(Into::into).collect();
        self
    }

    /// Builds the document for [`Api::openapi`](crate::Api::openapi), but does not serve it.
    pub fn not_served(mut self) -> Self {
        self.path = None;
        self
    }
}

impl Default for OpenApi {
    fn default() -> Self {
        Self::new("Your Awesome Project", "0.1.0")
    }
}
