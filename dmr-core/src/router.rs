//! Which controller answers at which path, and the application that comes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::ready;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use http::header::ALLOW;

use crate::controller::Controller;
use crate::endpoint::{Build, ControllerOptions, EndpointSet, Shared};
use crate::error::Error;
use crate::exchange::{Endpoint, Exchange, Part};
use crate::openapi;
use crate::request::Request;
use crate::respond::error_response;
use crate::response::Rendered;
use crate::schema::Schemas;
use crate::settings::Settings;

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
    routes: Vec<(String, Box<dyn Mount>)>,
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
        }
    }

    /// Mounts a controller.
    pub fn route(mut self, path: impl Into<String>, controller: impl Controller) -> Self {
        self.routes
            .push((path.into(), Box::new(Arc::new(controller))));
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
            schemas: Schemas::default(),
            errors: Vec::new(),
        };
        let mut routes: Vec<Route> = Vec::with_capacity(self.routes.len());
        for (path, controller) in self.routes {
            let path = join(&self.prefix, &path);
            if routes.iter().any(|route| route.path == path) {
                build.errors.push(format!("two routes for the path {path}"));
            }
            let levels = [&self.shared, &self.settings.shared];
            routes.push(controller.mount(path, levels, &mut build));
        }

        let Build {
            schemas, errors, ..
        } = build;
        let mut errors = errors;
        let endpoints = routes.iter().flat_map(|route| {
            let by_verb = route.endpoints.values();
            by_verb.map(|endpoint| (route.path.as_str(), endpoint.metadata()))
        });
        let document = openapi::document(&self.settings.openapi, endpoints, schemas, &mut errors);
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
            openapi: document,
            openapi_path: path,
        })
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<&String> = self.routes.iter().map(|(path, _)| path).collect();
        f.debug_struct("Router")
            .field("prefix", &self.prefix)
            .field("paths", &paths)
            .finish_non_exhaustive()
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
    openapi: Bytes,
    openapi_path: Option<String>,
}

impl Api {
    /// The routes, in the order in which they were mounted.
    pub fn routes(&self) -> &[Arc<Route>] {
        &self.routes
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
    not_allowed: Box<dyn Fn(Error) -> Rendered + Send + Sync>,
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

    fn not_allowed(&self, method: &str) -> Rendered {
        let allowed: Vec<&str> = self.methods().collect();
        let mut response = (self.not_allowed)(Error::not_allowed(method, &allowed));
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
    fn mount(self: Box<Self>, path: String, outer: [&Shared; 2], build: &mut Build) -> Route;
}

impl<C: Controller> Mount for Arc<C> {
    fn mount(self: Box<Self>, path: String, outer: [&Shared; 2], build: &mut Build) -> Route {
        let controller = *self;
        let options = controller.options(ControllerOptions::default());
        let debug = build.debug;
        let mut set = EndpointSet {
            controller: Arc::clone(&controller),
            path: &path,
            outer: [&options.shared, outer[0], outer[1]],
            build,
            endpoints: Vec::new(),
        };
        controller.endpoints(&mut set);
        let endpoints = set.endpoints.into_iter();
        let endpoints = endpoints
            .map(|endpoint| (endpoint.metadata().verb.method(), endpoint))
            .collect();
        let name = path.clone();
        Route {
            path,
            endpoints,
            not_allowed: Box::new(move |error| error_response(&*controller, &name, debug, error)),
        }
    }
}
