//! The user's method, with its types erased.

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;

use crate::component::Parameters;
use crate::controller::Controller;
use crate::error::Error;
use crate::respond::Extraction;
use crate::returned::{Reply, Returned};

/// The function that generated code passes for an endpoint. It calls the method with its arguments,
/// and converts the return value.
pub type Call<C, A> =
    for<'a> fn(&'a C, A, Reply<'a>) -> LocalBoxFuture<'a, Result<Returned<'a>, Error>>;

/// A method of a controller. A call of it costs two boxes: one for the extraction of the
/// arguments, and one for the method itself.
pub(crate) trait Method: Send + Sync {
    fn call<'a>(
        &'a self,
        extraction: Extraction<'a>,
    ) -> LocalBoxFuture<'a, Result<Returned<'a>, Error>>;
}

/// A [`Call`] with what it needs.
pub(super) struct Prepared<C, P: Parameters> {
    pub(super) controller: Arc<C>,
    pub(super) parameters: P::Prepared,
    pub(super) call: Call<C, P::Arguments>,
}

impl<C: Controller, P: Parameters> Method for Prepared<C, P> {
    fn call<'a>(
        &'a self,
        mut extraction: Extraction<'a>,
    ) -> LocalBoxFuture<'a, Result<Returned<'a>, Error>> {
        Box::pin(async move {
            let arguments = extraction.arguments::<P>(&self.parameters).await?;
            let reply = extraction.into_reply()?;
            (self.call)(&self.controller, arguments, reply).await
        })
    }
}
