//! The error handlers of endpoints and settings.

use std::fmt;
use std::sync::Arc;

use futures_util::future::LocalBoxFuture;

use super::Error;
use crate::response::Response;

/// What the option `error_handler` of an endpoint takes: an async function of the controller and
/// the error, such as a method.
///
/// It answers an error by returning a response; with `None` it leaves it to the next layer.
pub trait ErrorHandler<C>:
    for<'a> AsyncFn(&'a C, &'a Error) -> Option<Response> + Send + Sync + 'static
{
}

impl<C, H> ErrorHandler<C> for H where
    H: for<'a> AsyncFn(&'a C, &'a Error) -> Option<Response> + Send + Sync + 'static
{
}

/// What the option [`error_handler`](crate::Settings::error_handler) of the settings takes.
pub trait GlobalErrorHandler:
    for<'a> AsyncFn(&'a Error) -> Option<Response> + Send + Sync + 'static
{
}

impl<H> GlobalErrorHandler for H where
    H: for<'a> AsyncFn(&'a Error) -> Option<Response> + Send + Sync + 'static
{
}

/// An [`ErrorHandler`], until its controller is known.
pub(crate) struct EndpointHandler<C>(Box<dyn ErasedHandler<C>>);

impl<C: 'static> EndpointHandler<C> {
    pub(crate) fn new(handler: impl ErrorHandler<C>) -> Self {
        Self(Box::new(handler))
    }
}

impl<C: Send + Sync + 'static> EndpointHandler<C> {
    /// The handler of one controller, whose type is erased.
    pub(crate) fn of(self, controller: Arc<C>) -> Box<dyn HandleError> {
        Box::new((controller, self))
    }
}

impl<C> fmt::Debug for EndpointHandler<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EndpointHandler")
    }
}

trait ErasedHandler<C>: Send + Sync {
    fn handle<'a>(
        &'a self,
        controller: &'a C,
        error: &'a Error,
    ) -> LocalBoxFuture<'a, Option<Response>>;
}

impl<C, H: ErrorHandler<C>> ErasedHandler<C> for H {
    fn handle<'a>(
        &'a self,
        controller: &'a C,
        error: &'a Error,
    ) -> LocalBoxFuture<'a, Option<Response>> {
        Box::pin(self(controller, error))
    }
}

/// A handler of errors whose types are erased.
pub(crate) trait HandleError: Send + Sync {
    fn handle<'a>(&'a self, error: &'a Error) -> LocalBoxFuture<'a, Option<Response>>;
}

impl<C: Send + Sync> HandleError for (Arc<C>, EndpointHandler<C>) {
    fn handle<'a>(&'a self, error: &'a Error) -> LocalBoxFuture<'a, Option<Response>> {
        let (controller, EndpointHandler(handler)) = self;
        handler.handle(controller, error)
    }
}

/// A [`GlobalErrorHandler`].
#[derive(Clone)]
pub(crate) struct SettingsHandler(Arc<dyn HandleError>);

/// A function as a [`HandleError`].
struct Global<H>(H);

impl SettingsHandler {
    pub(crate) fn new(handler: impl GlobalErrorHandler) -> Self {
        Self(Arc::new(Global(handler)))
    }

    pub(crate) async fn handle(&self, error: &Error) -> Option<Response> {
        self.0.handle(error).await
    }
}

impl<H: GlobalErrorHandler> HandleError for Global<H> {
    fn handle<'a>(&'a self, error: &'a Error) -> LocalBoxFuture<'a, Option<Response>> {
        Box::pin((self.0)(error))
    }
}

impl fmt::Debug for SettingsHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SettingsHandler")
    }
}
