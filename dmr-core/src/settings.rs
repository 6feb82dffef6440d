//! [`Settings`]: the defaults of a whole application.

use std::borrow::Cow;

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
    pub(crate) error_locations: bool,
    pub(crate) max_query_fields: usize,
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
            error_locations: false,
            max_query_fields: 1000,
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

    /// Whether each validation error has a `loc`, the path to the value. `false` by default.
    pub fn error_locations(mut self, on: bool) -> Self {
        self.error_locations = on;
        self
    }

    /// Limits the number of fields of a query. 1000 by default. More are a 400.
    pub fn max_query_fields(mut self, limit: usize) -> Self {
        self.max_query_fields = limit;
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
}

impl OpenApi {
    /// A document with a title and the version of the API, served at `/docs/openapi.json`.
    pub fn new(title: impl Into<Cow<'static, str>>, version: impl Into<Cow<'static, str>>) -> Self {
        Self {
            title: title.into(),
            version: version.into(),
            description: None,
            path: Some("/docs/openapi.json".into()),
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
