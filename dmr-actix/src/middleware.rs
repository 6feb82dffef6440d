//! [`Middleware`]: middleware of actix-web around a controller, with its responses.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use actix_service::boxed::{self, BoxServiceFactory};
use actix_service::{Service, ServiceFactory, ServiceFactoryExt, apply, fn_factory, fn_service};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse, Transform};
use actix_web::error::InternalError;
use actix_web::{Error, HttpResponse};
use dmr_core::http::StatusCode;
use dmr_core::{Layer, ResponseSpec, Route};

use crate::mount::factory;
use crate::response::response;

/// A middleware of actix-web around one controller.
/// [`Router::route_with`](dmr_core::Router::route_with) mounts it.
///
/// The middleware declares its responses for the document, and can convert them into the error
/// model of the controller. A method without an endpoint is a 405 before the middleware is called.
/// Responses of the controller are checked before the middleware changes them. An error of the
/// middleware is sent as its own response; one with a 5xx status that is not converted becomes an
/// internal error.
///
/// ```
/// use actix_web::middleware::DefaultHeaders;
/// use dmr_actix::Middleware;
/// # use dmr_core::{Controller, Error, HeaderSpec, ResponseSpec, Router};
/// use dmr_core::http::StatusCode;
///
/// # fn example(books: impl Controller) {
/// let version = Middleware::new(|| DefaultHeaders::new().add(("X-Version", "1")))
///     .convert(ResponseSpec::error(StatusCode::FORBIDDEN), |_| {
///         Some(Error::msg(StatusCode::FORBIDDEN, "not from here"))
///     });
/// let api = Router::new("api/").route_with("books/", books, version);
/// # let _ = api;
/// # }
/// ```
#[must_use = "a middleware does nothing until a controller is mounted with it"]
pub struct Middleware {
    around: Box<dyn Fn(Inner) -> Inner + Send + Sync>,
    responses: Vec<ResponseSpec>,
    converters: Vec<(StatusCode, Converter)>,
}

type Inner = BoxServiceFactory<(), ServiceRequest, ServiceResponse, Error, ()>;
type Converter = Arc<dyn Fn(&HttpResponse) -> Option<dmr_core::Error> + Send + Sync>;

impl Middleware {
    /// Wraps a middleware. `make` is called once for each worker.
    pub fn new<M, B>(make: impl Fn() -> M + Send + Sync + 'static) -> Self
    where
        M: Transform<
                boxed::BoxService<ServiceRequest, ServiceResponse, Error>,
                ServiceRequest,
                Response = ServiceResponse<B>,
                Error = Error,
                InitError = (),
            > + 'static,
        M::Transform: 'static,
        M::Future: 'static,
        B: MessageBody + 'static,
    {
        Self {
            around: Box::new(move |inner| {
                let wrapped = apply(make(), inner);
                boxed::factory(wrapped.map(ServiceResponse::map_into_boxed_body))
            }),
            responses: Vec::new(),
            converters: Vec::new(),
        }
    }

    /// Declares a response of the middleware, which is sent unchanged.
    pub fn response(mut self, spec: ResponseSpec) -> Self {
        self.responses.push(spec);
        self
    }

    /// Declares a response and converts it. `converter` gets each response with its status, of the
    /// middleware or of the controller. The error that it returns is sent in the error model of the
    /// controller. With `None`, the response is sent unchanged.
    pub fn convert(
        mut self,
        spec: ResponseSpec,
        converter: impl Fn(&HttpResponse) -> Option<dmr_core::Error> + Send + Sync + 'static,
    ) -> Self {
        self.converters.push((spec.status(), Arc::new(converter)));
        self.responses.push(spec);
        self
    }
}

impl From<Middleware> for Layer {
    fn from(middleware: Middleware) -> Self {
        let Middleware {
            around,
            responses,
            converters,
        } = middleware;
        Self::new(Wrap { around, converters }, responses)
    }
}

impl fmt::Debug for Middleware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Middleware")
            .field("responses", &self.responses)
            .finish_non_exhaustive()
    }
}

/// A mounted [`Middleware`].
pub(crate) struct Wrap {
    around: Box<dyn Fn(Inner) -> Inner + Send + Sync>,
    converters: Vec<(StatusCode, Converter)>,
}

impl Wrap {
    /// The controller with the middleware around it.
    pub(crate) fn around(
        &self,
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
        let wrapped = Rc::new((self.around)(boxed::factory(factory(route))));
        let route = Arc::clone(route);
        let converters: Rc<[_]> = self.converters.clone().into();
        fn_factory(move || {
            let (wrapped, route) = (Rc::clone(&wrapped), Arc::clone(&route));
            let converters = Rc::clone(&converters);
            async move {
                let service = Rc::new(wrapped.new_service(()).await?);
                Ok(fn_service(move |request: ServiceRequest| {
                    let (service, route) = (Rc::clone(&service), Arc::clone(&route));
                    let converters = Rc::clone(&converters);
                    async move {
                        let method = request.method().as_str();
                        if !route.methods().any(|known| known == method) {
                            let response = response(route.method_not_allowed(method));
                            return Ok(request.into_response(response));
                        }
                        match service.call(request).await {
                            Ok(response) => Ok(converted(&route, &converters, response)),
                            Err(error) => Err(converted_error(&route, &converters, error)),
                        }
                    }
                }))
            }
        })
    }
}

/// Converts a response, if there is a converter for its status.
fn convert(
    route: &Route,
    converters: &[(StatusCode, Converter)],
    given: &HttpResponse,
) -> Option<HttpResponse> {
    let status = given.status().as_u16();
    let mut converters = converters.iter();
    let (_, converter) = converters.find(|(known, _)| known.as_u16() == status)?;
    let error = converter(given)?;
    Some(response(route.error_response(error)))
}

fn converted(
    route: &Route,
    converters: &[(StatusCode, Converter)],
    response: ServiceResponse,
) -> ServiceResponse {
    match convert(route, converters, response.response()) {
        Some(new) => response.into_response(new),
        None => response,
    }
}

/// Converts an error of the middleware. Clients do not see the text of a server error.
fn converted_error(route: &Route, converters: &[(StatusCode, Converter)], error: Error) -> Error {
    let given = error.as_response_error().error_response();
    let converted = convert(route, converters, &given);
    let converted = converted.or_else(|| {
        let failed = given.status().is_server_error();
        failed.then(|| {
            let error = dmr_core::Error::internal(error.to_string());
            response(route.error_response(error))
        })
    });
    match converted {
        Some(response) => InternalError::from_response(error, response).into(),
        None => error,
    }
}
