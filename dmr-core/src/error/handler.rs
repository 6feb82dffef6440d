//! The error handlers of endpoints and settings.

use std::fmt;
use std::sync::Arc;

use futures_util::future::LocalBoxFuture;

use super::Error;
use crate::response::Response;

/// The type of an endpoint's option `error_handler`: an async function of the controller and the
/// error, such as a method.
///
/// It answers an error by returning a response. `None` passes the error to the next layer.
pub trait ErrorHandler<C>:
    for<'a> AsyncFn(&'a C, &'a Error) -> Option<Response> + Send + Sync + 'static
{
}

impl<C, H> ErrorHandler<C> for H where
    H: for<'a> AsyncFn(&'a C, &'a Error) -> Option<Response> + Send + Sync + 'static
{
}

/// The type of the settings' option [`error_handler`](crate::Settings::error_handler): an async
/// function of the error.
pub trait GlobalErrorHandler:
    for<'a> AsyncFn(&'a Error) -> Option<Response> + Send + Sync + 'static
{
}

impl<H> GlobalErrorHandler for H where
    H: for<'a> AsyncFn(&'a Error) -> Option<Response> + Send + Sync + 'static
{
}

/// An [`ErrorHandler`] whose controller is not known yet.
pub(crate) struct EndpointHandler<C>(Box<dyn ErasedHandler<C>>);

impl<C: 'static> EndpointHandler<C> {
    pub(crate) fn new(handler: impl ErrorHandler<C>) -> Self {
        Self(Box::new(handler))
    }
}

impl<C: Send + Sync + 'static> EndpointHandler<C> {
    /// Binds the handler to a controller and erases the type.
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

/// An error handler whose types are erased.
pub(crate) trait HandleError: Send + Sync {
    fn handle<'a>(&'a self, error: &'a Error) -> LocalBoxFuture<'a, Option<Response>>;
}

impl<C: Send + Sync> HandleError for (Arc<C>, EndpointHandler<C>) {
    fn handle<'a>(&'a self, error: &'a Error) -> LocalBoxFuture<'a, Option<Response>> {
        let (controller, EndpointHandler(handler)) = self;
        handler.handle(controller, error)
    }
}

/// A [`GlobalErrorHandler`] whose type is erased.
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
