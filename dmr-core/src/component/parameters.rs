//! All components of an endpoint, as nested pairs: `(((), A), B)` for `a: A, b: B`.

use std::future::Future;

use super::{Component, Description, Rejection, Unbuildable};
use crate::error::Error;
use crate::error_detail::ErrorDetail;
use crate::request::Request;

/// The parameters of an endpoint. Nested pairs allow any number of them.
pub trait Parameters: Sized + 'static {
    /// The prepared state of the components, in pairs of the same shape.
    type Prepared: Send + Sync + 'static;
    /// The arguments of a call, in pairs of the same shape.
    type Arguments: 'static;

    /// Lets every component describe itself, in order, even if one of them cannot be prepared.
    ///
    /// # Errors
    ///
    /// At least one component cannot be prepared.
    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable>;

    /// Takes every component out of a request, in order. Adds the problems of invalid components
    /// to `invalid`, and returns `None` if there are any.
    ///
    /// # Errors
    ///
    /// Anything else than an invalid component ends the request at once.
    fn extract(
        prepared: &Self::Prepared,
        request: &mut Request,
        invalid: &mut Vec<ErrorDetail>,
    ) -> impl Future<Output = Result<Option<Self::Arguments>, Error>>;
}

impl Parameters for () {
    type Prepared = ();
    type Arguments = ();

    fn describe(_: &mut Description<'_>) -> Result<(), Unbuildable> {
        Ok(())
    }

    async fn extract(
        _: &(),
        _: &mut Request,
        _: &mut Vec<ErrorDetail>,
    ) -> Result<Option<Self::Arguments>, Error> {
        Ok(Some(()))
    }
}

impl<P: Parameters, C: Component> Parameters for (P, C) {
    type Prepared = (P::Prepared, C::Prepared);
    type Arguments = (P::Arguments, C);

    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        let before = P::describe(description);
        let last = C::describe(description);
        Ok((before?, last?))
    }

    async fn extract(
        (before, last): &Self::Prepared,
        request: &mut Request,
        invalid: &mut Vec<ErrorDetail>,
    ) -> Result<Option<Self::Arguments>, Error> {
        let before = P::extract(before, request, invalid).await?;
        match (before, C::extract(last, request).await) {
            (Some(before), Ok(last)) => Ok(Some((before, last))),
            (None, Ok(_)) => Ok(None),
            (_, Err(Rejection::Invalid(details))) => {
                invalid.extend(details);
                Ok(None)
            }
            (_, Err(Rejection::Failed(error))) => Err(error),
        }
    }
}
