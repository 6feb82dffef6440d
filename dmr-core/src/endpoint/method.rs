//! The user's method, with its types erased.

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;

use crate::controller::Controller;
use crate::error::Error;
use crate::respond::Extraction;
use crate::returned::Returned;

/// The function that generated code passes for an endpoint. It extracts the parameters, calls the
/// method, and converts the return value.
pub type Call<C, Q> =
    for<'a> fn(&'a C, &'a Q, Extraction<'a>) -> LocalBoxFuture<'a, Result<Returned<'a>, Error>>;

/// A method of a controller. Each call allocates one box.
pub(crate) trait Method: Send + Sync {
    fn call<'a>(
        &'a self,
        extraction: Extraction<'a>,
    ) -> LocalBoxFuture<'a, Result<Returned<'a>, Error>>;
}

/// A [`Call`] with its controller and its prepared parameters.
pub(super) struct Prepared<C, Q> {
    pub(super) controller: Arc<C>,
    pub(super) parameters: Q,
    pub(super) call: Call<C, Q>,
}

impl<C: Controller, Q: Send + Sync> Method for Prepared<C, Q> {
    fn call<'a>(
        &'a self,
        extraction: Extraction<'a>,
    ) -> LocalBoxFuture<'a, Result<Returned<'a>, Error>> {
        (self.call)(&self.controller, &self.parameters, extraction)
    }
}
