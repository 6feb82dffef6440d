//! [`Route`]: the target of a path.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, HeaderValue, LOCATION};
use http::{HeaderMap, StatusCode};

use crate::controller::{Controller, Hooks};
use crate::document;
use crate::endpoint::{Build, Endpoint, EndpointSet, FormatChoice, Metadata, Registry};
use crate::error::Error;
use crate::first_page::FirstPage;
use crate::layer::Layer;
use crate::not_found::NotFoundAnswer;
use crate::openapi::PathItemTexts;
use crate::options::{ControllerOptions, LevelOptions};
use crate::path_template::PathTemplate;
use crate::request::{Request, RequestHead};
use crate::respond::{self, ErrorFormat, HttpResponse, ResponseBody, error_response};

/// A path and its target: a controller, the OpenAPI document, a redirect, the answer for paths
/// without a route, or the page for browsers.
pub struct Route {
    path: String,
    is_prefix: bool,
    target: Target,
}

enum Target {
    Controller(Arc<ControllerRoute>),
    Document(Document),
    /// The path of a controller, with a slash too many or too few.
    Slash,
    NotFound(NotFoundAnswer),
    FirstPage(FirstPage),
}

/// The OpenAPI document.
struct Document {
    json: Bytes,
    /// Whether the settings name the servers of the API.
    names_servers: bool,
}

/// A controller at its path.
pub(super) struct ControllerRoute {
    endpoints: BTreeMap<&'static str, Arc<Endpoint>>,
    pub(super) texts: PathItemTexts,
    error_response: Box<dyn Fn(Error) -> HttpResponse + Send + Sync>,
}

impl Route {
    pub(super) fn controller(path: String, route: Arc<ControllerRoute>) -> Self {
        Self {
            path,
            is_prefix: false,
            target: Target::Controller(route),
        }
    }

    pub(super) fn document(path: String, json: Bytes, names_servers: bool) -> Self {
        Self {
            path,
            is_prefix: false,
            target: Target::Document(Document {
                json,
                names_servers,
            }),
        }
    }

    /// A redirect to the path with a slash more, or less, at the end.
    pub(super) fn slash(path: String) -> Self {
        Self {
            path,
            is_prefix: false,
            target: Target::Slash,
        }
    }

    pub(super) fn not_found(prefix: String, answer: NotFoundAnswer) -> Self {
        Self {
            path: prefix,
            is_prefix: true,
            target: Target::NotFound(answer),
        }
    }

    pub(super) fn first_page(page: FirstPage) -> Self {
        Self {
            path: "/".to_owned(),
            is_prefix: true,
            target: Target::FirstPage(page),
        }
    }

    /// The path, with a slash at the beginning: `/api/users/{id}/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the route answers every path below its own. The prefix covers whole segments: `/api`
    /// does not cover `/apix`.
    pub fn is_prefix(&self) -> bool {
        self.is_prefix
    }

    /// Whether the route serves the OpenAPI document.
    pub fn is_document(&self) -> bool {
        matches!(self.target, Target::Document(_))
    }

    /// The methods of the route, sorted. A redirect and the answer for paths without a route serve
    /// every method, and list none.
    pub fn methods(&self) -> impl Iterator<Item = &'static str> {
        let (document, endpoints) = match &self.target {
            Target::Controller(route) => (&[][..], Some(route.endpoints.keys().copied())),
            Target::Document(_) => (&["GET", "HEAD"][..], None),
            Target::Slash | Target::NotFound(_) | Target::FirstPage(_) => (&[][..], None),
        };
        document
            .iter()
            .copied()
            .chain(endpoints.into_iter().flatten())
    }

    /// The middleware around the endpoint of a method, the outermost first. Empty for a method that
    /// the route does not serve.
    pub fn middleware(&self, method: &str) -> &[Layer] {
        self.endpoint(method)
            .map_or(&[], |endpoint| &endpoint.middleware)
    }

    fn endpoint(&self, method: &str) -> Option<&Arc<Endpoint>> {
        match &self.target {
            Target::Controller(route) => route.endpoints.get(method),
            _ => None,
        }
    }

    /// Checks a response that a middleware of an endpoint made itself, or whose status it has
    /// changed, against the declaration of the endpoint: the status, the media type, the required
    /// headers and, if its bytes are known, the body. Further headers are allowed, since an outer
    /// middleware may add some.
    ///
    /// Returns the response to send in place of one that breaks the declaration.
    pub fn check_middleware(
        &self,
        method: &str,
        response: &http::Response<Option<Bytes>>,
    ) -> Option<HttpResponse> {
        let endpoint = self.endpoint(method)?;
        let declaration = &endpoint.metadata.declaration;
        let error = declaration.check_middleware(response).err()?;
        let renderer = endpoint.metadata.first_renderer();
        Some(error_response(&endpoint.error_format(), renderer, error))
    }

    /// Answers a request. A method that the route does not serve gets a 405 (RFC 9110, 15.5.6).
    pub async fn call(&self, request: Request) -> HttpResponse {
        match &self.target {
            Target::Controller(route) => match route.endpoints.get(request.head().method()) {
                Some(endpoint) => respond::call(endpoint, request).await,
                None => self.method_not_allowed(request.head().method()),
            },
            Target::Document(document) => match request.head().method() {
                "GET" | "HEAD" => document.answer(&self.path, request.head().path()),
                method => self.method_not_allowed(method),
            },
            Target::Slash => redirect(request.head()),
            Target::NotFound(answer) => answer.call(&request),
            Target::FirstPage(page) => page.call(request.head()),
        }
    }

    /// An error in the error model of the controller. It is not checked against the declarations of
    /// the endpoints.
    pub fn error_response(&self, error: Error) -> HttpResponse {
        match &self.target {
            Target::Controller(route) => (route.error_response)(error),
            // A reader of the document is not a client of the API, and need not know its error
            // model.
            Target::Document(_) | Target::Slash | Target::FirstPage(_) => {
                HttpResponse::empty(error.status())
            }
            Target::NotFound(answer) => answer.error_response(error, None),
        }
    }

    /// The 405 of a method that the route does not serve.
    pub fn method_not_allowed(&self, method: &str) -> HttpResponse {
        let allowed: Vec<&str> = self.methods().collect();
        let mut response = self.error_response(Error::not_allowed(method, &allowed));
        if let Ok(allow) = HeaderValue::try_from(allowed.join(", ")) {
            response.insert(ALLOW, allow);
        }
        response
    }
}

impl Document {
    /// Sends the document. A document that is mounted below a path names this path as its server.
    fn answer(&self, route: &str, requested: &str) -> HttpResponse {
        let json = match requested.strip_suffix(route) {
            Some(below) if !below.is_empty() && !self.names_servers => {
                document::with_server(&self.json, below)
            }
            _ => self.json.clone(),
        };
        let content_type = HeaderValue::from_static("application/json");
        let body = ResponseBody::whole(json);
        HttpResponse::new(StatusCode::OK, content_type, HeaderMap::new(), body)
    }
}

/// The redirect to the path with a slash more, or less, at the end.
fn redirect(head: &dyn RequestHead) -> HttpResponse {
    let path = head.path();
    let mut location = match path.strip_suffix('/') {
        Some(path) => path.to_owned(),
        None => format!("{path}/"),
    };
    // `//example.com` and `/\example.com` would name another host.
    if location.starts_with("//") || location.starts_with("/\\") {
        let escaped = if location.starts_with("//") {
            "%2F"
        } else {
            "%5C"
        };
        location.replace_range(1..2, escaped);
    }
    if !head.query().is_empty() {
        location.push('?');
        location.push_str(head.query());
    }
    let mut response = HttpResponse::empty(StatusCode::PERMANENT_REDIRECT);
    if let Ok(location) = HeaderValue::try_from(location) {
        response.insert(LOCATION, location);
    }
    response
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let methods: Vec<&str> = self.methods().collect();
        f.debug_struct("Route")
            .field("path", &self.path)
            .field("methods", &methods)
            .finish_non_exhaustive()
    }
}

impl ControllerRoute {
    /// The names of the formats of the controller's streams.
    pub(super) fn formats(&self) -> BTreeSet<&'static str> {
        self.metadata().flat_map(Metadata::format_names).collect()
    }

    pub(super) fn metadata(&self) -> impl Iterator<Item = &Metadata> {
        self.endpoints.values().map(|endpoint| &endpoint.metadata)
    }
}

/// A controller whose type is erased, until it is mounted.
pub(super) trait Mount: Send {
    fn hooks(&self) -> Arc<dyn Hooks>;

    /// The options of the controller's attribute.
    fn options(&self) -> ControllerOptions;

    /// Registers the endpoints of the controller.
    fn register<'b>(&self, registry: Registry<'b>) -> Registry<'b>;
}

impl<C: Controller> Mount for Arc<C> {
    fn hooks(&self) -> Arc<dyn Hooks> {
        Arc::clone(self) as _
    }

    fn options(&self) -> ControllerOptions {
        C::options(self, ControllerOptions::default())
    }

    fn register<'b>(&self, registry: Registry<'b>) -> Registry<'b> {
        EndpointSet::register(self, registry)
    }
}

impl ControllerRoute {
    /// Builds the endpoints of a controller for a path. `choice` is the way in which clients choose
    /// the format of a stream.
    pub(super) fn mount(
        mounted: &dyn Mount,
        path: &PathTemplate,
        outer: &[&LevelOptions],
        choice: &FormatChoice,
        build: &mut Build,
    ) -> Self {
        let controller = mounted.hooks();
        let options = mounted.options();
        let outer: Vec<&LevelOptions> = [&options.level]
            .into_iter()
            .chain(outer.iter().copied())
            .collect();
        let debug = build.debug;
        let mut registry = mounted.register(Registry {
            controller: Arc::clone(&controller),
            path,
            outer: &outer,
            choice,
            build,
            endpoints: Vec::new(),
        });
        if options.meta && choice.path().is_none() {
            registry.add_meta();
        }
        let endpoints = by_method(registry.endpoints, &mut build.errors);
        let renderer = outer
            .iter()
            .find_map(|level| level.renderers.named()?.first().cloned())
            .unwrap_or_else(|| controller.renderer());
        let name = path.as_str().to_owned();
        Self {
            endpoints,
            texts: options.path_item,
            error_response: Box::new(move |error| {
                let format = ErrorFormat {
                    hooks: &*controller,
                    name: &name,
                    debug,
                };
                error_response(&format, &renderer, error)
            }),
        }
    }
}

/// The endpoints by their methods. Two endpoints for one method are an error of the application.
fn by_method(
    endpoints: Vec<Arc<Endpoint>>,
    errors: &mut Vec<String>,
) -> BTreeMap<&'static str, Arc<Endpoint>> {
    let mut by_method = BTreeMap::new();
    for endpoint in endpoints {
        let name = endpoint.metadata.name().to_owned();
        if by_method
            .insert(endpoint.metadata.verb.method(), endpoint)
            .is_some()
        {
            errors.push(format!(
                "{name}: two endpoints serve this method: remove the method, or the option `meta`"
            ));
        }
    }
    by_method
}
