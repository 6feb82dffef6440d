//! Mounts an application of dmr in an application of actix-web.

use std::future::ready;
use std::sync::Arc;

use actix_service::boxed::BoxService;
use actix_web::Error;
use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{
    AppService, HttpServiceFactory, ResourceDef, ServiceFactory, ServiceRequest, ServiceResponse,
    fn_factory, fn_service,
};
use actix_web::http::header::CONNECTION;
use dmr_core::{Api, BuildErrors, Request, Route, Router};

use crate::documents::Document;
use crate::keep_alive;
use crate::layered::{LayeredRoute, Transforms, UnknownLayer};
use crate::payload::SharedPayload;
use crate::request::Head;
use crate::response::response;
use crate::signals::Signals;

/// Builds a router into a service for an actix `App`.
pub trait IntoService {
    /// Builds the application.
    ///
    /// # Errors
    ///
    /// All mistakes of the application.
    fn into_service(self) -> Result<ApiService, BuildErrors>;
}

impl IntoService for Router {
    fn into_service(self) -> Result<ApiService, BuildErrors> {
        Ok(ApiService { api: self.build()? })
    }
}

/// The controllers and the OpenAPI document of a router, for
/// [`App::service`](actix_web::App::service). All workers share the application, so a clone is
/// cheap.
///
/// Two routers in one `App` cannot serve their documents at the same path: the server does not
/// start, and the log says why. [`Router::include`] joins routers, which then have one document.
/// Routers in different scopes each have their own. Two routers of one scope with the same document
/// path are an error in the log when the server starts, and the first document is served: actix-web
/// does not tell whether the guards of two scopes tell the documents apart.
///
/// Only [`serve`](crate::serve) sends `Connection: keep-alive` with a stream. Other servers keep
/// the connection without saying so, which HTTP/1.1 allows (RFC 9112, 9.3).
///
/// ```no_run
/// # use dmr_core::Router;
/// use actix_web::{App, HttpServer};
/// use dmr_actix::IntoService;
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let router = Router::new("api/");
/// let api = router.into_service()?;
/// api.end_streams_on_signals();
/// HttpServer::new(move || App::new().service(api.clone()))
///     // Lets actix notice at once that the client of an idle stream has gone.
///     .h1_allow_half_closed(false)
///     // Sends each event at once, instead of when the client has confirmed the one before.
///     .tcp_nodelay(true)
///     .bind("127.0.0.1:8000")?
///     .run()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ApiService {
    api: Api,
}

impl ApiService {
    /// The application.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Ends all streams when the process receives `SIGINT` or `SIGTERM`, with the
    /// [last event](dmr_core::Controller::last_event) of their controllers. Without the call, an
    /// `HttpServer` of actix-web that gets a `SIGTERM` waits for the clients of open streams, for
    /// up to its `shutdown_timeout`.
    ///
    /// Call it before the server starts. [`serve`](crate::serve) does this itself. The call does
    /// not stop the server: a server without signals of its own (`disable_signals`) calls
    /// [`Api::end_streams`] where it stops.
    ///
    /// # Panics
    ///
    /// The caller does not run in a runtime of actix or tokio.
    pub fn end_streams_on_signals(&self) {
        let mut signals = match Signals::new() {
            Ok(signals) => signals,
            Err(error) => {
                tracing::warn!(%error, "signals cannot be received");
                return;
            }
        };
        let api = self.api.clone();
        tokio::spawn(async move {
            signals.next().await;
            api.end_streams();
        });
    }
}

/// A service that cannot be made. So the server does not start.
fn refused() -> impl ServiceFactory<
    ServiceRequest,
    Config = (),
    Response = ServiceResponse,
    Error = Error,
    InitError = (),
    Service: 'static,
    Future: 'static,
> + 'static {
    fn_factory(|| ready(Err::<RefusedService, ()>(())))
}

type RefusedService = BoxService<ServiceRequest, ServiceResponse, Error>;

impl HttpServiceFactory for ApiService {
    fn register(self, config: &mut AppService) {
        let mut transforms = Transforms::default();
        for route in self.api.routes() {
            if route.is_document() {
                register_document(&self.api, route, config);
                continue;
            }
            let resource = if route.is_prefix() {
                ResourceDef::prefix(route.path().trim_end_matches('/'))
            } else {
                ResourceDef::new(route.path())
            };
            match LayeredRoute::of(route, &mut transforms) {
                Ok(None) => config.register_service(resource, None, factory(route), None),
                Ok(Some(layered)) => {
                    config.register_service(resource, None, layered.factory(), None);
                }
                Err(UnknownLayer) => {
                    tracing::error!(
                        "the middleware of {} is not one of actix-web: write a `dmr::Middleware`",
                        route.path()
                    );
                    config.register_service(resource, None, refused(), None);
                }
            }
        }
    }
}

/// Registers the document of a router. In the `App` itself, a second one of the same path is
/// refused. In a scope, actix-web tells the path only when the services are made.
fn register_document(api: &Api, route: &Arc<Route>, config: &mut AppService) {
    let resource = ResourceDef::new(route.path());
    let document = Document::new(api, route.path(), config);
    if config.is_root() {
        match document.refuse_second() {
            Ok(()) => config.register_service(resource, None, factory(route), None),
            Err(error) => {
                tracing::error!("{error}");
                config.register_service(resource, None, refused(), None);
            }
        }
        return;
    }
    let node = document.node();
    let made = factory(route);
    let noted = fn_factory(move || {
        document.warn_of_second();
        made.new_service(())
    });
    config.register_service(resource, None, noted, Some(node));
}

/// A service that passes its requests to a route.
pub(crate) fn factory(
    route: &Arc<Route>,
) -> impl ServiceFactory<
    ServiceRequest,
    Config = (),
    Response = ServiceResponse,
    Error = Error,
    InitError = (),
    Service: 'static,
    Future: 'static,
>
+ 'static
+ use<> {
    let route = Arc::clone(route);
    fn_factory(move || {
        let route = Arc::clone(&route);
        let service = fn_service(move |request| {
            let route = Arc::clone(&route);
            async move { Ok(answer(&route, request).await) }
        });
        ready(Ok(service))
    })
}

/// Passes a request to a route.
pub(crate) async fn answer(route: &Route, request: ServiceRequest) -> ServiceResponse {
    let (request, payload) = request.into_parts();
    let payload = SharedPayload::of(payload);
    let mut asked = Request::new(Head(request.clone()));
    if let Some(payload) = &payload {
        asked = asked.body(Box::pin(payload.clone()));
    }
    let mut response = response(route.call(asked).await);
    if response.body().size() == BodySize::Stream && response.headers().contains_key(CONNECTION) {
        keep_alive::announce(&request, response.headers_mut());
    }
    if let Some(payload) = payload {
        // An unread body would close the connection.
        payload.drain().await;
    }
    ServiceResponse::new(request, response)
}
