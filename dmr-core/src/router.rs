//! Which controller answers at which path, and the application that comes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::ready;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use http::header::ALLOW;

use crate::auth::AuthOverride;
use crate::controller::Controller;
use crate::endpoint::{Build, ControllerOptions, EndpointSet, PathItemTexts, Shared};
use crate::error::Error;
use crate::exchange::{Endpoint, Exchange, Part};
use crate::layer::Layer;
use crate::not_found::NotFound;
use crate::openapi;
use crate::request::Request;
use crate::respond::error_response;
use crate::response::Rendered;
use crate::schema::Schemas;
use crate::serializer::AnyRenderer;
use crate::settings::Settings;
use crate::stream::Shutdown;

/// Controllers below a common prefix.
///
/// Paths are written as in OpenAPI: `users/{id}/`. Prefix and path are joined with one slash; a slash at
/// the end is significant.
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
    shared: Shared,
    settings: Settings,
    routes: Vec<(String, Box<dyn Mount>, Option<Layer>)>,
    not_found: Option<NotFound>,
    auth_override: Option<AuthOverride>,
}

crate::endpoint::shared_options!(Router => shared);

impl Router {
    /// A router without routes.
    pub fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            shared: Shared::default(),
            settings: Settings::default(),
            routes: Vec::new(),
            not_found: None,
            auth_override: None,
        }
    }

    /// Mounts a controller.
    pub fn route(mut self, path: impl Into<String>, controller: impl Controller) -> Self {
        self.routes
            .push((path.into(), Box::new(Arc::new(controller)), None));
        self
    }

    /// Mounts a controller with something of the web framework around it, such as a middleware.
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

    /// Answers paths that no route has, below the prefixes of `not_found`.
    pub fn not_found(mut self, not_found: NotFound) -> Self {
        self.not_found = Some(not_found);
        self
    }

    /// Says who is asking, whatever the credentials: for tests.
    pub fn override_auth(mut self, principal: AuthOverride) -> Self {
        self.auth_override = Some(principal);
        self
    }

    /// Sets the defaults of the application.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Resolves everything that can be resolved before the first request, and checks it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once.
    pub fn build(self) -> Result<Api, BuildErrors> {
        let mut build = Build {
            debug: self.settings.is_debug(),
            settings: self.settings.clone(),
            auth_override: self.auth_override,
            shutdown: Shutdown::default(),
            only_format: None,
            schemas: Schemas::default(),
            errors: Vec::new(),
        };
        let mut routes: Vec<Route> = Vec::with_capacity(self.routes.len());
        let mut suffixed = Vec::new();
        for (path, controller, layer) in self.routes {
            let path = join(&self.prefix, &path);
            if routes.iter().any(|route| route.path == path) {
                build.errors.push(format!("two routes for the path {path}"));
            }
            let levels = [&self.shared, &self.settings.shared];
            let route = controller.mount(path, levels, layer.clone(), &mut build);
            let formats = if self.settings.format_suffix {
                route.formats()
            } else {
                BTreeSet::new()
            };
            routes.push(route);
            for format in formats {
                let path = with_suffix(&routes[routes.len() - 1].path, format);
                build.only_format = Some(format);
                suffixed.push(controller.mount(path, levels, layer.clone(), &mut build));
                build.only_format = None;
            }
        }
        // Last, so that a path of the application's own is found first.
        routes.extend(suffixed);

        let Build {
            schemas,
            errors,
            shutdown,
            ..
        } = build;
        let mut errors = errors;
        let paths = routes.iter().map(|route| {
            let endpoints = route.endpoints.values();
            let endpoints = endpoints.map(|endpoint| endpoint.metadata());
            (route.path.as_str(), &route.texts, endpoints.collect())
        });
        let document = openapi::document(&self.settings.openapi, paths, schemas, &mut errors);
        let path = self.settings.openapi.path.map(|path| join("", &path));
        if let Some(path) = path.as_deref()
            && routes.iter().any(|route| route.path == path)
        {
            errors.push(format!(
                "the OpenAPI document and a controller share the path {path}"
            ));
        }
        if !errors.is_empty() {
            return Err(BuildErrors(errors));
        }
        Ok(Api {
            routes: routes.into_iter().map(Arc::new).collect(),
            not_found: self.not_found.map(|not_found| {
                Arc::new(not_found.or_renderers(&self.settings.shared.renderers.0))
            }),
            openapi: document,
            openapi_path: path,
            shutdown,
        })
    }
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

/// `/albums/` and `jsonl` are `/albums.jsonl`; the root is `/index.jsonl`.
fn with_suffix(path: &str, format: &str) -> String {
    match path.trim_end_matches('/') {
        "" => format!("/index.{format}"),
        path => format!("{path}.{format}"),
    }
}

fn join(prefix: &str, path: &str) -> String {
    let prefix = prefix.trim_matches('/');
    let path = path.trim_start_matches('/');
    if prefix.is_empty() {
        format!("/{path}")
    } else {
        format!("/{prefix}/{path}")
    }
}

/// Everything that is wrong with an application.
#[derive(Debug, thiserror::Error)]
#[error("the application cannot be built:\n  - {}", .0.join("\n  - "))]
pub struct BuildErrors(Vec<String>);

impl BuildErrors {
    /// One text for each mistake.
    pub fn errors(&self) -> &[String] {
        &self.0
    }
}

/// An application that is ready for requests: what an adapter serves.
#[derive(Debug, Clone)]
pub struct Api {
    routes: Vec<Arc<Route>>,
    not_found: Option<Arc<NotFound>>,
    openapi: Bytes,
    openapi_path: Option<String>,
    shutdown: Shutdown,
}

impl Api {
    /// Ends all streams, those under way and those to come, so that a server can stop without waiting for their clients to
    /// go. Each sends the [last event](crate::Controller::last_event) of its controller. `dmr::serve` does it by itself.
    pub fn end_streams(&self) {
        self.shutdown.begin();
    }

    /// The routes, in the order in which they were mounted.
    pub fn routes(&self) -> &[Arc<Route>] {
        &self.routes
    }

    /// What answers paths that no route has.
    pub fn not_found(&self) -> Option<&Arc<NotFound>> {
        self.not_found.as_ref()
    }

    /// The OpenAPI document, as JSON.
    pub fn openapi(&self) -> &Bytes {
        &self.openapi
    }

    /// Where the document is served, if it is.
    pub fn openapi_path(&self) -> Option<&str> {
        self.openapi_path.as_deref()
    }
}

/// A controller at its path.
pub struct Route {
    path: String,
    endpoints: BTreeMap<&'static str, Arc<dyn Endpoint>>,
    texts: PathItemTexts,
    layer: Option<Layer>,
    errors: Box<dyn Fn(Error) -> Rendered + Send + Sync>,
}

impl Route {
    /// The path, with a slash in front: `/api/users/{id}/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The methods that are served, sorted.
    pub fn methods(&self) -> impl Iterator<Item = &'static str> {
        self.endpoints.keys().copied()
    }

    /// The names of the formats in which its streams are served.
    fn formats(&self) -> BTreeSet<&'static str> {
        let endpoints = self.endpoints.values();
        let formats = endpoints.flat_map(|endpoint| &endpoint.metadata().offers.formats);
        formats.map(|format| format.name).collect()
    }

    /// Answers a request; with a 405 (RFC 9110, 15.5.6), if its method has no endpoint.
    pub fn exchange(&self, request: Request) -> Exchange {
        let method = request.head().method();
        match self.endpoints.get(method) {
            Some(endpoint) => Arc::clone(endpoint).exchange(request),
            None => {
                let response = Part::Response(self.not_allowed(method));
                Box::pin(stream::once(ready(response)))
            }
        }
    }

    /// What the web framework puts around the controller.
    pub fn layer(&self) -> Option<&Layer> {
        self.layer.as_ref()
    }

    /// An error in the error model of the controller. It is not checked against what the endpoints declare.
    pub fn error_response(&self, error: Error) -> Rendered {
        (self.errors)(error)
    }

    /// The 405 of a method that has no endpoint.
    pub fn not_allowed(&self, method: &str) -> Rendered {
        let allowed: Vec<&str> = self.methods().collect();
        let mut response = self.error_response(Error::not_allowed(method, &allowed));
        if let Ok(allow) = allowed.join(", ").parse() {
            response.headers.insert(ALLOW, allow);
        }
        response
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let methods: BTreeSet<&str> = self.methods().collect();
        f.debug_struct("Route")
            .field("path", &self.path)
            .field("methods", &methods)
            .finish_non_exhaustive()
    }
}

/// A controller whose type is forgotten, until it is mounted.
trait Mount: Send {
    fn mount(
        &self,
        path: String,
        outer: [&Shared; 2],
        layer: Option<Layer>,
        build: &mut Build,
    ) -> Route;
}

impl<C: Controller> Mount for Arc<C> {
    fn mount(
        &self,
        path: String,
        outer: [&Shared; 2],
        layer: Option<Layer>,
        build: &mut Build,
    ) -> Route {
        let controller = Arc::clone(self);
        let mut options = controller.options(ControllerOptions::default());
        let of_layer = layer.iter().flat_map(|layer| layer.responses.clone());
        options.shared.responses.extend(of_layer);
        let debug = build.debug;
        let levels = [&options.shared, outer[0], outer[1]];
        let mut set = EndpointSet {
            controller: Arc::clone(&controller),
            path: &path,
            outer: levels,
            build,
            endpoints: Vec::new(),
        };
        controller.endpoints(&mut set);
        if options.meta && set.build.only_format.is_none() {
            set.add_meta();
        }
        let mut endpoints = BTreeMap::new();
        for endpoint in set.endpoints {
            let metadata = endpoint.metadata();
            let (method, name) = (metadata.verb.method(), metadata.name.clone());
            if endpoints.insert(method, endpoint).is_some() {
                build.errors.push(format!(
                    "{name}: there are two endpoints for this method, of which one is that of the option `meta`"
                ));
            }
        }
        let renderer = levels
            .iter()
            .find_map(|level| level.renderers.0.first().cloned())
            .unwrap_or_else(|| AnyRenderer::new(C::Serializer::default()));
        let name = path.clone();
        Route {
            path,
            endpoints,
            texts: options.path_item.clone(),
            layer,
            errors: Box::new(move |error| {
                error_response(&*controller, &name, debug, &renderer, error)
            }),
        }
    }
}
