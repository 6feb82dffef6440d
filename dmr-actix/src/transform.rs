//! Middleware of actix-web whose type is erased.

use std::rc::Rc;
use std::sync::Arc;

use actix_service::boxed::{self, BoxService};
use actix_service::{ServiceExt, Transform};
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use futures_util::future::LocalBoxFuture;

pub(crate) type Boxed = BoxService<ServiceRequest, ServiceResponse, Error>;

/// A middleware of one worker. It can be put around several services.
pub(crate) type AnyTransform = Rc<dyn Fn(Boxed) -> LocalBoxFuture<'static, Result<Boxed, ()>>>;

/// Makes the middleware of each worker.
pub(crate) type MakeTransform = Arc<dyn Fn() -> AnyTransform + Send + Sync>;

/// Erases the type of a middleware.
pub(crate) fn erase<M, B>(make: impl Fn() -> M + Send + Sync + 'static) -> MakeTransform
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
    Arc::new(move || {
        let transform = make();
        Rc::new(move |inner| {
            let wrapped = transform.new_transform(inner);
            Box::pin(async move {
                let service = wrapped.await?;
                let service = service.map(ServiceResponse::map_into_boxed_body);
                Ok(boxed::service(service))
            })
        })
    })
}
