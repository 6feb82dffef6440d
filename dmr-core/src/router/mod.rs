//! [`Router`], which mounts controllers at paths, and [`Api`], the built application.

mod overlap;
mod path;
mod route;
mod tree;

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::auth::AuthOverride;
use crate::component::OfferedState;
use crate::controller::Controller;
use crate::document;
use crate::endpoint::{Build, FormatChoice};
use crate::first_page::FirstPage;
use crate::layer::Layer;
use crate::not_found::NotFound;
use crate::options::{LevelOptions, level_options};
use crate::path_template::PathTemplate;
use crate::settings::{Settings, TrailingSlash};
use crate::stream::Shutdown;

use path::{join, other_slash, with_suffix};
use route::ControllerRoute;
pub use route::Route;
use tree::{Entry, Placed, Tree};

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
    settings: Option<Settings>,
    entries: Vec<Entry>,
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
            settings: None,
            entries: Vec::new(),
            not_found: None,
            auth_overrides: Vec::new(),
        }
    }

    /// Mounts a controller.
    pub fn route(mut self, path: impl Into<String>, controller: impl Controller) -> Self {
        self.entries.push(Entry::Controller {
            path: path.into(),
            controller: Box::new(Arc::new(controller)),
            level: Box::default(),
        });
        self
    }

    /// Mounts a controller with a middleware around its endpoints. It comes between the
    /// [`middleware`](Self::middleware) of the router and that of the controller.
    pub fn route_with(
        mut self,
        path: impl Into<String>,
        controller: impl Controller,
        layer: impl Into<Layer>,
    ) -> Self {
        self.entries.push(Entry::Controller {
            path: path.into(),
            controller: Box::new(Arc::new(controller)),
            level: Box::new(LevelOptions {
                middleware: vec![layer.into()],
                ..LevelOptions::default()
            }),
        });
        self
    }

    /// Mounts all routes of another router below a prefix. Routers nest to any depth.
    ///
    /// The options of the included router are a level of their own: they lie between its
    /// controllers and this router, and the innermost level that sets an option decides. The
    /// prefixes of its [`NotFound`] begin where it is included. Its
    /// [`override_auth`](Self::override_auth) counts for its routes only. All routes share one
    /// document, and the [`Settings`] of the outermost router: settings of an included router are
    /// an error when the application is built.
    ///
    /// ```no_run
    /// # use dmr_core::{Controller, Router};
    /// fn users(all: impl Controller, one: impl Controller) -> Router {
    ///     Router::new("users/").tags(["users"]).route("", all).route("{id}/", one)
    /// }
    /// # fn example(all: impl Controller, one: impl Controller)
    /// # -> Result<(), dmr_core::BuildErrors> {
    ///
    /// // The paths are `/api/v1/users/` and `/api/v1/users/{id}/`.
    /// let api = Router::new("api/").include("v1/", users(all, one)).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn include(mut self, prefix: impl Into<String>, router: Router) -> Self {
        self.entries.push(Entry::Router {
            prefix: prefix.into(),
            router: Box::new(router),
        });
        self
    }

    /// Offers state to the [dependencies](crate::component::Dependency) and components of all
    /// controllers of this router, and of the routers that it includes. They take it as
    /// [`State<S>`](crate::component::State). Call it once for each type of state.
    ///
    /// What a controller [offers itself](Controller::provide_state) comes first, then the state of
    /// the innermost router.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use dmr_core::Router;
    ///
    /// # struct Store;
    /// # let store = Store;
    /// let api = Router::new("api/").state(Arc::new(store));
    /// # let _ = api;
    /// ```
    pub fn state<S: Clone + Send + Sync + 'static>(mut self, state: S) -> Self {
        self.level.states.push(OfferedState::new(state));
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

    /// Sets the defaults of the application. Only the outermost router has settings.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = Some(settings);
        self
    }

    /// Builds the application: resolves and checks everything that does not depend on a request.
    ///
    /// # Errors
    ///
    /// All mistakes of the application, at once.
    pub fn build(self) -> Result<Api, BuildErrors> {
        let settings = self.settings.clone().unwrap_or_default();
        let mut build = Build::new(&settings);
        let tree = Tree::of(&self, &settings.level, &mut build.errors);
        build.auth_overrides = tree.auth_overrides;
        let controllers = mount(tree.controllers, &mut build);
        let Build {
            schemas,
            shutdown,
            mut errors,
            auth_overrides,
            ..
        } = build;
        errors.extend(auth_overrides.iter().filter_map(AuthOverride::unused));
        // The application's own paths come first, so a path with a suffix may be unreachable.
        let own = controllers.iter().filter(|mounted| mounted.is_own);
        let own = own.map(|mounted| mounted.path.as_str());
        errors.extend(overlap::unreachable(own));

        let paths = controllers.iter().map(|mounted| {
            let endpoints = mounted.route.metadata().collect();
            (&mounted.path, &mounted.route.texts, endpoints)
        });
        let openapi = document::document(&settings.openapi, paths, schemas, &mut errors);
        let document_path = settings.openapi.path.as_ref();
        let document_path = document_path.map(|path| join("", path));
        if let Some(path) = &document_path {
            check_document_path(path, &controllers, &mut errors);
        }
        if !errors.is_empty() {
            return Err(BuildErrors(errors));
        }

        let document = document_path.as_deref();
        let slashes = slashes(settings.trailing_slash, &controllers, document);
        let first_page = first_page(&settings, document, &controllers);
        let controllers = controllers.into_iter();
        let mut routes: Vec<Route> = controllers
            .map(|mounted| Route::controller(mounted.path.as_str().to_owned(), mounted.route))
            .collect();
        let names_servers = !settings.openapi.servers.is_empty();
        routes.extend(
            document_path.map(|path| Route::document(path, openapi.clone(), names_servers)),
        );
        routes.extend(slashes);
        let not_found = tree.not_found.into_iter();
        routes.extend(not_found.map(|(prefix, answer)| Route::not_found(prefix, answer)));
        Ok(Api {
            routes: routes.into_iter().map(Arc::new).collect(),
            openapi,
            shutdown,
            first_page,
        })
    }
}

/// The page for browsers, if the settings want one.
fn first_page(
    settings: &Settings,
    document: Option<&str>,
    controllers: &[Mounted],
) -> Option<Arc<Route>> {
    if !settings.first_page.unwrap_or_else(|| settings.is_debug()) {
        return None;
    }
    let own = controllers.iter().filter(|mounted| mounted.is_own);
    let operations = own.flat_map(|mounted| {
        let path = mounted.path.as_str();
        let endpoints = mounted.route.metadata();
        endpoints.map(move |metadata| (path, metadata))
    });
    let page = FirstPage::new(&settings.openapi, document, operations);
    Some(Arc::new(Route::first_page(page)))
}

fn check_document_path(path: &str, controllers: &[Mounted], errors: &mut Vec<String>) {
    match PathTemplate::parse(path) {
        Ok(template) if template.names().next().is_some() => errors.push(format!(
            "the path {path} of the OpenAPI document has a parameter: write a path without braces"
        )),
        Ok(_) => {}
        Err(error) => errors.push(error),
    }
    let mut paths = controllers.iter().map(|mounted| mounted.path.as_str());
    if paths.any(|known| known == path) {
        errors.push(format!(
            "the OpenAPI document and a controller share the path {path}"
        ));
    }
}

/// A controller at a path.
struct Mounted {
    path: PathTemplate,
    route: Arc<ControllerRoute>,
    /// Whether the application wrote the path. Otherwise the path has the suffix of a format.
    is_own: bool,
}

/// Mounts every controller at its path. If suffixes choose the format, mounts it again at a path
/// for each format. A path that cannot be read is an error, and is left out.
fn mount(placed: Vec<Placed<'_>>, build: &mut Build) -> Vec<Mounted> {
    let choice = match &build.settings.format_parameter {
        Some(name) => FormatChoice::Parameter(name.clone()),
        None => FormatChoice::Accept,
    };
    let has_suffixes = build.settings.format_suffix;
    let mut own = Vec::with_capacity(placed.len());
    let mut suffixed: Vec<Mounted> = Vec::new();
    for placed in placed {
        let Placed {
            path,
            controller,
            levels,
            auth_overrides,
        } = placed;
        build.active_overrides = auth_overrides;
        let mut mount = |path: &str, choice: &FormatChoice, is_own: bool| {
            let path = match PathTemplate::parse(path) {
                Ok(path) => path,
                Err(error) => {
                    build.errors.push(error);
                    return None;
                }
            };
            let route = ControllerRoute::mount(controller, &path, &levels, choice, build);
            Some(Mounted {
                path,
                route: Arc::new(route),
                is_own,
            })
        };
        let Some(mounted) = mount(&path, &choice, true) else {
            continue;
        };
        // A suffix after `{tail}*` would belong to the text of the parameter.
        if has_suffixes && !mounted.path.has_tail() {
            suffixed.extend(mounted.route.formats().into_iter().filter_map(|format| {
                mount(
                    &with_suffix(&path, format),
                    &FormatChoice::Path(format),
                    false,
                )
            }));
        }
        own.push(mounted);
    }
    // Suffixes come last: the application's own paths win.
    let known: HashSet<&str> = own.iter().map(|mounted| mounted.path.as_str()).collect();
    suffixed.retain(|mounted| !known.contains(mounted.path.as_str()));
    own.extend(suffixed);
    own
}

/// The routes of the paths that differ from those of the controllers by the slash at the end. The
/// application's own paths win.
fn slashes(answer: TrailingSlash, controllers: &[Mounted], document: Option<&str>) -> Vec<Route> {
    if answer == TrailingSlash::Exact {
        return Vec::new();
    }
    let known = controllers.iter().map(|mounted| mounted.path.as_str());
    let known = overlap::Known::new(known.chain(document));
    let own = controllers.iter().filter(|mounted| mounted.is_own);
    let other = own.filter_map(|mounted| {
        let path = other_slash(&mounted.path)?;
        if known.cover(&path) {
            return None;
        }
        Some(match answer {
            TrailingSlash::Same => Route::controller(path, Arc::clone(&mounted.route)),
            _ => Route::slash(path),
        })
    });
    other.collect()
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("prefix", &self.prefix)
            .field("entries", &self.entries)
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
    first_page: Option<Arc<Route>>,
}

impl Api {
    /// Ends all present and future streams: a server that stops need not wait for their clients to
    /// leave. Each stream sends the [last event](crate::Controller::last_event) of its controller.
    /// `dmr::serve` calls this itself.
    pub fn end_streams(&self) {
        self.shutdown.begin();
    }

    /// All routes, in the order in which an adapter has to match them: the controllers, the OpenAPI
    /// document, the redirects of [`TrailingSlash`], and the answers of [`NotFound`].
    pub fn routes(&self) -> &[Arc<Route>] {
        &self.routes
    }

    /// The answer to requests that neither a route nor another service of the server takes, if the
    /// application wants one: see [`Settings::first_page`].
    pub fn first_page(&self) -> Option<&Arc<Route>> {
        self.first_page.as_ref()
    }

    /// The OpenAPI document, as JSON.
    pub fn openapi(&self) -> &Bytes {
        &self.openapi
    }
}
