//! The application of a server: the API, the middleware around it, and the services beside it.

use std::fmt;
use std::sync::Arc;

use actix_service::{Service, Transform, boxed};
use actix_web::Error;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::web::ServiceConfig;
use futures_util::future::LocalBoxFuture;

use crate::transform::{AnyTransform, Boxed, MakeTransform};

/// The middleware of an application, and its services beside the API.
#[derive(Clone, Default)]
pub(crate) struct Surroundings {
    middleware: Vec<MakeTransform>,
    services: Vec<Arc<Configuring>>,
}

type Configuring = dyn Fn(&mut ServiceConfig) + Send + Sync;

impl Surroundings {
    /// Adds a middleware around those that are there.
    pub(crate) fn wrap(&mut self, middleware: MakeTransform) {
        self.middleware.push(middleware);
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

    /// All middleware of one worker as one.
    pub(crate) fn middleware(&self) -> AllMiddleware {
        AllMiddleware(self.middleware.iter().map(|make| make()).collect())
    }

    pub(crate) fn has_middleware(&self) -> bool {
        !self.middleware.is_empty()
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
pub(crate) struct AllMiddleware(Vec<AnyTransform>);

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
