//! An application of dmr as a part of an application of actix-web.

use std::sync::Arc;

use actix_web::dev::{
    AppService, HttpServiceFactory, ResourceDef, ServiceFactory, ServiceRequest, ServiceResponse,
    fn_factory, fn_service,
};
use actix_web::http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, HttpResponse};
use bytes::Bytes;
use dmr_core::{Api, BuildErrors, Layer, Request, Route, Router};

use crate::middleware::Wrap;
use crate::payload::SharedPayload;
use crate::request::Head;
use crate::response::{response, whole};

/// Builds a router into a service for an actix `App`.
pub trait IntoService {
    /// Builds the application.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    fn into_service(self) -> Result<ApiService, BuildErrors>;
}

impl IntoService for Router {
    fn into_service(self) -> Result<ApiService, BuildErrors> {
        Ok(ApiService { api: self.build()? })
    }
}

/// The controllers of a router, and its OpenAPI document, for [`App::service`](actix_web::App::service). All workers share
/// what it holds, so that it is cheap to clone.
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
/// HttpServer::new(move || App::new().service(api.clone()))
///     // Lets actix notice at once that the client of an idle stream is gone.
///     .h1_allow_half_closed(false)
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
    /// What is served.
    pub fn api(&self) -> &Api {
        &self.api
    }
}

impl HttpServiceFactory for ApiService {
    fn register(self, config: &mut AppService) {
        for route in self.api.routes() {
            let state = Arc::clone(route);
            match route.layer().and_then(Layer::downcast_ref::<Wrap>) {
                None => register(config, route.path(), state, |route, request| async move {
                    Ok(answer(&route, request).await)
                }),
                Some(wrap) => {
                    let factory = wrap.around(state);
                    config.register_service(ResourceDef::new(route.path()), None, factory, None);
                }
            }
        }
        if let Some(path) = self.api.openapi_path() {
            let document = self.api.openapi().clone();
            register(config, path, document, |document, request| async move {
                let response = openapi(request.method(), document);
                Ok(request.into_response(response))
            });
        }
        if let Some(not_found) = self.api.not_found() {
            for prefix in not_found.prefixes() {
                let factory = factory(Arc::clone(not_found), |not_found, request| async move {
                    let (request, _) = request.into_parts();
                    let rendered = not_found.respond(&Head(request.clone()));
                    Ok(ServiceResponse::new(request, whole(rendered)))
                });
                config.register_service(ResourceDef::prefix(prefix), None, factory, None);
            }
        }
    }
}

/// Serves every method of a path.
fn register<S, F>(
    config: &mut AppService,
    path: &str,
    state: S,
    serve: impl Fn(S, ServiceRequest) -> F + Clone + 'static,
) where
    S: Clone + 'static,
    F: Future<Output = Result<ServiceResponse, Error>> + 'static,
{
    config.register_service(ResourceDef::new(path), None, factory(state, serve), None);
}

/// A service that calls a function.
pub(crate) fn factory<S, F>(
    state: S,
    serve: impl Fn(S, ServiceRequest) -> F + Clone + 'static,
) -> impl ServiceFactory<
    ServiceRequest,
    Config = (),
    Response = ServiceResponse,
    Error = Error,
    InitError = (),
    Service: 'static,
    Future: 'static,
> + 'static
where
    S: Clone + 'static,
    F: Future<Output = Result<ServiceResponse, Error>> + 'static,
{
    fn_factory(move || {
        let (state, serve) = (state.clone(), serve.clone());
        async move { Ok(fn_service(move |request| serve(state.clone(), request))) }
    })
}

pub(crate) async fn answer(route: &Route, request: ServiceRequest) -> ServiceResponse {
    let (request, payload) = request.into_parts();
    let payload = SharedPayload::of(payload);
    let mut asked = Request::new(Head(request.clone()));
    if let Some(payload) = &payload {
        asked = asked.body(Box::pin(payload.clone()));
    }
    let response = response(&request, route.exchange(asked)).await;
    if let Some(payload) = payload {
        // A body that is not read closes the connection.
        payload.drain().await;
    }
    ServiceResponse::new(request, response)
}

/// The OpenAPI document.
fn openapi(method: &Method, document: Bytes) -> HttpResponse {
    if method != Method::GET && method != Method::HEAD {
        let mut response = HttpResponse::new(StatusCode::METHOD_NOT_ALLOWED);
        let allow = HeaderValue::from_static("GET, HEAD");
        response.headers_mut().insert(ALLOW, allow);
        return response;
    }
    let mut response = HttpResponse::with_body(StatusCode::OK, document);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response.map_into_boxed_body()
}
