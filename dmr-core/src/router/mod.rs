//! [`Router`], which mounts controllers at paths, and [`Api`], the built application.

mod overlap;
mod path;
mod route;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::auth::AuthOverride;
use crate::controller::Controller;
use crate::document;
use crate::endpoint::{Build, FormatChoice};
use crate::layer::Layer;
use crate::not_found::NotFound;
use crate::options::{LevelOptions, level_options};
use crate::schema::Schemas;
use crate::settings::Settings;
use crate::stream::Shutdown;

use path::{join, with_suffix};
pub use route::Route;
use route::{ControllerRoute, Mount};

/// Controllers at their paths, below a common prefix.
///
/// Paths are written as in OpenAPI: `users/{id}/`. Prefix and path are joined with one slash. A
/// slash at the end is significant. Routes are tried in order: mount `users/me/` before
/// `users/{id}/`. A route that no request can reach, because an earlier one matches all its paths,
/// is an error when the application is built.
///
/// ```no_run
/// # use dmr_core::{Controller, Router, Settings};
/// # fn example<Users: Controller>(users: Users) -> Result<(), dmr_core::BuildErrors> {
/// let api = Router::new("api/")
///     .settings(Settings::new().debug(true))
///     .tags(["users"])
///     .route("users/", users)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a router does nothing until it is served"]
pub struct Router {
    prefix: String,
    level: LevelOptions,
    settings: Settings,
    routes: Vec<(String, Box<dyn Mount>, Option<Layer>)>,
    not_found: Option<NotFound>,
    auth_overrides: Vec<AuthOverride>,
}

level_options!(Router => level);

impl Router {
    /// A router without routes.
    pub fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            level: LevelOptions::default(),
            settings: Settings::default(),
            routes: Vec::new(),
            not_found: None,
            auth_overrides: Vec::new(),
        }
    }

    /// Mounts a controller.
    pub fn route(mut self, path: impl Into<String>, controller: impl Controller) -> Self {
        self.routes
            .push((path.into(), Box::new(Arc::new(controller)), None));
        self
    }

    /// Mounts a controller with a layer of the web framework around it, such as a middleware.
    pub fn route_with(
        mut self,
        path: impl Into<String>,
        controller: impl Controller,
        layer: impl Into<Layer>,
    ) -> Self {
        self.routes.push((
            path.into(),
            Box::new(Arc::new(controller)),
            Some(layer.into()),
        ));
        self
    }

    /// Answers paths without a route, below the prefixes of `not_found`.
    pub fn not_found(mut self, not_found: NotFound) -> Self {
        self.not_found = Some(not_found);
        self
    }

    /// Replaces the principals of the [`Auth`](crate::auth::Auth)s that fit, for tests. Where
    /// several overrides fit, the last one counts: call it once for each type of principal.
    pub fn override_auth(mut self, principal: AuthOverride) -> Self {
        self.auth_overrides.push(principal);
        self
    }

    /// Sets the defaults of the application.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Builds the application: resolves and checks everything that does not depend on a request.
    ///
    /// # Errors
    ///
    /// All mistakes of the application, at once.
    pub fn build(self) -> Result<Api, BuildErrors> {
        let Self {
            prefix,
            level,
            settings,
            routes: mounted,
            not_found,
            auth_overrides,
        } = self;
        let mut build = Build {
            debug: settings.is_debug(),
            settings: settings.clone(),
            auth_overrides,
            shutdown: Shutdown::default(),
            schemas: Schemas::default(),
            errors: Vec::new(),
        };
        let count = mounted.len();
        let controllers = mount(&prefix, [&level, &settings.level], mounted, &mut build);
        let Build {
            schemas,
            shutdown,
            mut errors,
            auth_overrides,
            ..
        } = build;
        errors.extend(auth_overrides.iter().filter_map(AuthOverride::unused));
        // The application's own paths come first, so a path with a suffix may be unreachable.
        let own = controllers[..count].iter().map(|(path, _)| path.as_str());
        errors.extend(overlap::unreachable(own));

        let paths = controllers
            .iter()
            .map(|(path, route)| (path.as_str(), &route.texts, route.metadata().collect()));
        let openapi = document::document(&settings.openapi, paths, schemas, &mut errors);
        let document_path = settings.openapi.path.map(|path| join("", &path));
        if let Some(path) = &document_path
            && controllers.iter().any(|(known, _)| known == path)
        {
            errors.push(format!(
                "the OpenAPI document and a controller share the path {path}"
            ));
        }
        if !errors.is_empty() {
            return Err(BuildErrors(errors));
        }

        let mut routes: Vec<Route> = controllers
            .into_iter()
            .map(|(path, route)| Route::controller(path, route))
            .collect();
        routes.extend(document_path.map(|path| Route::document(path, openapi.clone())));
        if let Some(not_found) = not_found {
            let (prefixes, answer) = not_found.resolve(&settings.level.renderers);
            routes.extend(
                prefixes
                    .into_iter()
                    .map(|prefix| Route::not_found(prefix, answer.clone())),
            );
        }
        Ok(Api {
            routes: routes.into_iter().map(Arc::new).collect(),
            openapi,
            shutdown,
        })
    }
}

/// Mounts every controller at its path. If suffixes choose the format, mounts it again at a path
/// for each format.
fn mount(
    prefix: &str,
    outer: [&LevelOptions; 2],
    mounted: Vec<(String, Box<dyn Mount>, Option<Layer>)>,
    build: &mut Build,
) -> Vec<(String, ControllerRoute)> {
    let choice = match &build.settings.format_parameter {
        Some(name) => FormatChoice::Parameter(name.clone()),
        None => FormatChoice::Accept,
    };
    let mut routes = Vec::with_capacity(mounted.len());
    let mut suffixed = Vec::new();
    for (path, controller, layer) in mounted {
        let path = join(prefix, &path);
        let route =
            ControllerRoute::mount(&*controller, &path, outer, layer.clone(), &choice, build);
        if build.settings.format_suffix {
            for format in route.formats() {
                let path = with_suffix(&path, format);
                let choice = FormatChoice::Path(format);
                let route = ControllerRoute::mount(
                    &*controller,
                    &path,
                    outer,
                    layer.clone(),
                    &choice,
                    build,
                );
                suffixed.push((path, route));
            }
        }
        routes.push((path, route));
    }
    // Suffixes come last: the application's own paths win.
    routes.extend(suffixed);
    routes
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<&String> = self.routes.iter().map(|(path, ..)| path).collect();
        f.debug_struct("Router")
            .field("prefix", &self.prefix)
            .field("paths", &paths)
            .finish_non_exhaustive()
    }
}

/// All mistakes of an application that cannot be built.
#[derive(Debug, thiserror::Error)]
#[error("the application cannot be built:\n  - {}", .0.join("\n  - "))]
pub struct BuildErrors(Vec<String>);

impl BuildErrors {
    /// The mistakes, one text for each.
    pub fn errors(&self) -> &[String] {
        &self.0
    }
}

/// An application that is ready for requests. An adapter serves it.
#[derive(Debug, Clone)]
pub struct Api {
    routes: Vec<Arc<Route>>,
    openapi: Bytes,
    shutdown: Shutdown,
}

impl Api {
    /// Ends all present and future streams: a server that stops need not wait for their clients to
    /// leave. Each stream sends the [last event](crate::Controller::last_event) of its controller.
    /// `dmr::serve` calls this itself.
    pub fn end_streams(&self) {
        self.shutdown.begin();
    }

    /// All routes, in the order in which an adapter has to match them: the controllers, the OpenAPI
    /// document, and the answers of [`NotFound`].
    pub fn routes(&self) -> &[Arc<Route>] {
        &self.routes
    }

    /// The OpenAPI document, as JSON.
    pub fn openapi(&self) -> &Bytes {
        &self.openapi
    }
}
