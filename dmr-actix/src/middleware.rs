//! [`Middleware`]: middleware of actix-web around endpoints, with its responses.

use std::fmt;
use std::sync::Arc;

use actix_service::boxed::BoxService;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse, Transform};
use actix_web::{Error, HttpResponse};
use dmr_core::http::StatusCode;
use dmr_core::{Layer, ResponseSpec};

use crate::transform::{MakeTransform, erase};

/// A middleware of actix-web around endpoints.
///
/// The option `middleware` takes it on every level: `#[modify(…)]`, `#[controller(…)]`,
/// [`Router::middleware`](dmr_core::Router::middleware) and
/// [`Settings::middleware`](dmr_core::Settings::middleware). The middleware of the outermost level
/// comes first, and within a level the first of the list. Then come negotiation, authentication,
/// the components, the method, and the check of its response.
///
/// A middleware sees the request, may answer it, and may change the response. The checks are:
///
/// - A response of the endpoint is checked before the middleware gets it. A middleware may add
///   headers that are not declared.
/// - A response of the middleware itself, or a status that it has changed, is checked against the
///   declaration of the endpoint, like the responses of the endpoint: see
///   [`validate_responses`](dmr_core::Router::validate_responses). [`response`](Self::response) and
///   [`convert`](Self::convert) declare it.
/// - An error of the middleware is sent as its own response. One with a 5xx status that is not
///   converted becomes an internal error.
///
/// A request that no endpoint serves gets its 404 or 405 without the middleware. So a middleware
/// that answers other requests too, such as CORS, belongs around the whole application:
/// [`Serve::wrap`](crate::Serve::wrap), or `App::wrap` of actix-web.
///
/// actix-web makes one service of a middleware for each endpoint, and uses one `Transform` for all
/// endpoints of a worker. Other adapters than that of actix-web refuse it.
///
/// ```
/// use actix_web::body::MessageBody;
/// use actix_web::dev::{ServiceRequest, ServiceResponse};
/// use actix_web::middleware::{Next, from_fn};
/// use dmr_actix::Middleware;
/// use dmr_core::http::StatusCode;
/// use dmr_core::{Error, ResponseSpec, Router};
///
/// async fn only_local(
///     request: ServiceRequest,
///     next: Next<impl MessageBody>,
/// ) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
///     if request.peer_addr().is_some_and(|peer| !peer.ip().is_loopback()) {
///         return Err(actix_web::error::ErrorForbidden("not from here"));
///     }
///     next.call(request).await
/// }
///
/// let only_local = Middleware::new(|| from_fn(only_local))
///     .convert(ResponseSpec::error(StatusCode::FORBIDDEN), |_| {
///         Some(Error::msg(StatusCode::FORBIDDEN, "not from here"))
///     });
/// let api = Router::new("api/").middleware([only_local]);
/// # let _ = api;
/// ```
#[must_use = "a middleware does nothing until a level has it"]
pub struct Middleware {
    make: MakeTransform,
    responses: Vec<ResponseSpec>,
    converters: Converters,
}

pub(crate) type Converters = Vec<(StatusCode, Converter)>;
type Converter = Arc<dyn Fn(&HttpResponse) -> Option<dmr_core::Error> + Send + Sync>;

impl Middleware {
    /// Wraps a middleware. `make` is called once for each worker.
    pub fn new<M, B>(make: impl Fn() -> M + Send + Sync + 'static) -> Self
    where
        M: Transform<
                BoxService<ServiceRequest, ServiceResponse, Error>,
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
            make: erase(make),
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
    /// middleware or of the endpoint. The error that it returns is sent in the error model of the
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
            make,
            responses,
            converters,
        } = middleware;
        Self::new(Wrap { make, converters }, responses)
    }
}

impl fmt::Debug for Middleware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Middleware")
            .field("responses", &self.responses)
            .finish_non_exhaustive()
    }
}

/// A [`Middleware`] of a level.
pub(crate) struct Wrap {
    pub(crate) make: MakeTransform,
    pub(crate) converters: Converters,
}
