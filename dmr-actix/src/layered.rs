//! The endpoints of a route, with their middleware.

use std::collections::HashMap;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

use actix_service::{Service, ServiceFactory, boxed, fn_factory, fn_service};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::{Error, HttpResponse, http};
use bytes::Bytes;
use dmr_core::{Layer, Route};

use crate::http02;
use crate::middleware::{Converters, Wrap};
use crate::mount::answer;
use crate::response::response;
use crate::transform::{AnyTransform, Boxed};

/// The middleware of one worker. Endpoints that share a middleware share its `Transform`.
#[derive(Default)]
pub(crate) struct Transforms(HashMap<*const Wrap, AnyTransform>);

impl Transforms {
    fn of(&mut self, wrap: &Wrap) -> AnyTransform {
        let transform = self.0.entry(ptr::from_ref(wrap));
        Rc::clone(transform.or_insert_with(|| (wrap.make)()))
    }
}

/// A layer that is not a `Middleware` of this crate.
pub(crate) struct UnknownLayer;

/// A route with middleware around some of its endpoints.
#[derive(Clone)]
pub(crate) struct LayeredRoute {
    route: Arc<Route>,
    /// The methods whose endpoints have middleware, with the middleware, the innermost first.
    endpoints: Rc<[(&'static str, Vec<Converting>)]>,
}

/// A middleware, and the conversions of its responses.
struct Converting {
    transform: AnyTransform,
    converters: Rc<Converters>,
}

impl LayeredRoute {
    /// `None` for a route without middleware.
    pub(crate) fn of(
        route: &Arc<Route>,
        transforms: &mut Transforms,
    ) -> Result<Option<Self>, UnknownLayer> {
        let mut endpoints = Vec::new();
        for method in route.methods() {
            let layers = route.middleware(method).iter().rev();
            let layers = layers.map(|layer| {
                let wrap: &Wrap = Layer::downcast_ref(layer).ok_or(UnknownLayer)?;
                Ok(Converting {
                    transform: transforms.of(wrap),
                    converters: Rc::new(wrap.converters.clone()),
                })
            });
            let layers = layers.collect::<Result<Vec<_>, _>>()?;
            if !layers.is_empty() {
                endpoints.push((method, layers));
            }
        }
        Ok((!endpoints.is_empty()).then(|| Self {
            route: Arc::clone(route),
            endpoints: endpoints.into(),
        }))
    }

    pub(crate) fn factory(
        self,
    ) -> impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse,
        Error = Error,
        InitError = (),
        Service: 'static,
        Future: 'static,
    > + 'static {
        fn_factory(move || {
            let this = self.clone();
            async move {
                let services = this.services().await?;
                Ok(fn_service(move |request: ServiceRequest| {
                    let (route, services) = (Arc::clone(&this.route), Rc::clone(&services));
                    async move { call(&route, &services, request).await }
                }))
            }
        })
    }

    /// The services of the endpoints with middleware.
    async fn services(&self) -> Result<Rc<[(&'static str, Boxed)]>, ()> {
        let mut services = Vec::with_capacity(self.endpoints.len());
        for (method, layers) in &*self.endpoints {
            let mut service = endpoint(&self.route);
            for layer in layers {
                service = (layer.transform)(service).await?;
                if !layer.converters.is_empty() {
                    service = converting(&self.route, service, &layer.converters);
                }
            }
            services.push((*method, service));
        }
        Ok(services.into())
    }
}

/// A service that passes its requests to a route, and marks the responses as checked.
fn endpoint(route: &Arc<Route>) -> Boxed {
    let route = Arc::clone(route);
    boxed::service(fn_service(move |request: ServiceRequest| {
        let route = Arc::clone(&route);
        async move {
            let mut response = answer(&route, request).await;
            mark_as_checked(response.response_mut());
            Ok(response)
        }
    }))
}

/// The status of a response that dmr has checked. A middleware may replace the response, and loses
/// the mark, or change the status.
struct Checked(http::StatusCode);

fn mark_as_checked(response: &mut HttpResponse) {
    let status = response.status();
    response.extensions_mut().insert(Checked(status));
}

fn is_checked(response: &HttpResponse) -> bool {
    let extensions = response.extensions();
    let checked = extensions.get::<Checked>();
    checked.is_some_and(|Checked(status)| *status == response.status())
}

/// Marks a response that a converter made.
struct Converted;

fn is_converted(response: &HttpResponse) -> bool {
    response.extensions().contains::<Converted>()
}

/// Passes a request to the service of its endpoint, and checks the response.
async fn call(
    route: &Route,
    services: &[(&'static str, Boxed)],
    request: ServiceRequest,
) -> Result<ServiceResponse, Error> {
    let method = request.method().as_str();
    let found = services.iter().find(|(known, _)| *known == method);
    let Some((method, service)) = found else {
        // A method without an endpoint, or an endpoint without middleware.
        return Ok(answer(route, request).await);
    };
    match service.call(request).await {
        Ok(response) if is_checked(response.response()) => Ok(response),
        Ok(response) => {
            let (request, response) = response.into_parts();
            let (response, replaced) = checked(route, method, response);
            Ok(ServiceResponse::new(request, replaced.unwrap_or(response)))
        }
        Err(error) => {
            // The response of some errors can be taken only once.
            let given = error.as_response_error().error_response();
            let answer = if given.status().is_server_error() && !is_converted(&given) {
                // Clients do not see the text of a server error.
                response(route.error_response(dmr_core::Error::internal(error.to_string())))
            } else {
                let (given, replaced) = checked(route, method, given);
                replaced.unwrap_or(given)
            };
            Err(InternalError::from_response(error, answer).into())
        }
    }
}

/// Checks a response that a middleware made. Returns the response, and the one to send in its place
/// if it breaks the declaration of the endpoint.
fn checked(
    route: &Route,
    method: &str,
    given: HttpResponse,
) -> (HttpResponse, Option<HttpResponse>) {
    let (head, body) = given.into_parts();
    let (given, bytes) = match body.try_into_bytes() {
        Ok(bytes) => (
            head.set_body(bytes.clone()).map_into_boxed_body(),
            Some(bytes),
        ),
        Err(body) => (head.set_body(body), None),
    };
    let asked = http02::head::<Option<Bytes>>(&given, bytes);
    let replaced = route.check_middleware(method, &asked);
    (given, replaced.map(response))
}

/// Converts the responses and the errors of a middleware.
fn converting(route: &Arc<Route>, inner: Boxed, converters: &Rc<Converters>) -> Boxed {
    let (route, inner) = (Arc::clone(route), Rc::new(inner));
    let converters = Rc::clone(converters);
    boxed::service(fn_service(move |request: ServiceRequest| {
        let (route, inner) = (Arc::clone(&route), Rc::clone(&inner));
        let converters = Rc::clone(&converters);
        async move {
            match inner.call(request).await {
                Ok(response) => match convert(&route, &converters, response.response()) {
                    Some(new) => Ok(response.into_response(new)),
                    None => Ok(response),
                },
                Err(error) => {
                    let given = error.as_response_error().error_response();
                    let answer = convert(&route, &converters, &given).unwrap_or(given);
                    Err(InternalError::from_response(error, answer).into())
                }
            }
        }
    }))
}

/// Converts a response, if there is a converter for its status.
fn convert(route: &Route, converters: &Converters, given: &HttpResponse) -> Option<HttpResponse> {
    let status = given.status().as_u16();
    let mut converters = converters.iter();
    let (_, converter) = converters.find(|(known, _)| known.as_u16() == status)?;
    let error = converter(given)?;
    let mut response = response(route.error_response(error));
    response.extensions_mut().insert(Converted);
    Some(response)
}
