//! The application of a server: the API, the middleware around it, and the services beside it.

use std::fmt;
use std::sync::Arc;

use actix_service::boxed::{self, BoxService};
use actix_service::{Service, ServiceExt, Transform};
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::web::ServiceConfig;
use futures_util::future::LocalBoxFuture;

/// The middleware of an application, and its services beside the API.
#[derive(Clone, Default)]
pub(crate) struct Surroundings {
    middleware: Vec<Arc<Wrapping>>,
    services: Vec<Arc<Configuring>>,
}

type Boxed = BoxService<ServiceRequest, ServiceResponse, Error>;
type Configuring = dyn Fn(&mut ServiceConfig) + Send + Sync;
type Wrapping = dyn Fn(Boxed) -> LocalBoxFuture<'static, Result<Boxed, ()>> + Send + Sync;

impl Surroundings {
    /// Adds a middleware around those that are there.
    pub(crate) fn wrap<M, B>(&mut self, make: impl Fn() -> M + Send + Sync + 'static)
    where
        M: Transform<
                Boxed,
                ServiceRequest,
                Response = ServiceResponse<B>,
                Error = Error,
                InitError = (),
            > + 'static,
        M::Transform: 'static,
        M::Future: 'static,
        B: MessageBody + 'static,
    {
        self.middleware.push(Arc::new(move |inner| {
            let wrapped = make().new_transform(inner);
            Box::pin(async move {
                let service = wrapped.await?;
                Ok(boxed::service(
                    service.map(ServiceResponse::map_into_boxed_body),
                ))
            })
        }));
    }

    pub(crate) fn configure(
        &mut self,
        configure: impl Fn(&mut ServiceConfig) + Send + Sync + 'static,
    ) {
        self.services.push(Arc::new(configure));
    }

    /// Adds the services to an application.
    pub(crate) fn add_services(&self, config: &mut ServiceConfig) {
        for configure in &self.services {
            configure(config);
        }
    }

    /// All middleware as one; `None` if there is none.
    pub(crate) fn middleware(&self) -> Option<AllMiddleware> {
        let all = self.middleware.clone();
        (!all.is_empty()).then_some(AllMiddleware(all))
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings")
            .field("middleware", &self.middleware.len())
            .field("services", &self.services.len())
            .finish()
    }
}

/// The middleware of an application, the innermost first.
#[derive(Default)]
pub(crate) struct AllMiddleware(Vec<Arc<Wrapping>>);

impl<S> Transform<S, ServiceRequest> for AllMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = Boxed;
    type InitError = ();
    type Future = LocalBoxFuture<'static, Result<Boxed, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let all = self.0.clone();
        Box::pin(async move {
            let mut service = boxed::service(service);
            for wrap in all {
                service = wrap(service).await?;
            }
            Ok(service)
        })
    }
}
