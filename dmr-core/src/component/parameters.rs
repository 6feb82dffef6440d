//! All components of an endpoint: `(((), A), B)` for the parameters `a: A, b: B`.

use std::future::Future;

use super::{Component, Description, Rejection};
use crate::error::{Error, ErrorDetail};
use crate::request::Request;

/// The parameters of an endpoint as nested pairs, which allow for any number of them.
pub trait Parameters: Sized + 'static {
    /// What the components have prepared.
    type Prepared: Send + Sync + 'static;

    /// Lets every component describe itself, in order.
    fn describe(description: &mut Description<'_>) -> Self::Prepared;

    /// Extracts every component, in order. What is invalid is added to `invalid`, and the result is `None`.
    fn extract(
        prepared: &Self::Prepared,
        request: &mut Request,
        invalid: &mut Vec<ErrorDetail>,
    ) -> impl Future<Output = Result<Option<Self>, Error>>;
}

impl Parameters for () {
    type Prepared = ();

    fn describe(_: &mut Description<'_>) {}

    async fn extract(
        (): &(),
        _: &mut Request,
        _: &mut Vec<ErrorDetail>,
    ) -> Result<Option<Self>, Error> {
        Ok(Some(()))
    }
}

impl<P: Parameters, C: Component> Parameters for (P, C) {
    type Prepared = (P::Prepared, C::Prepared);

    fn describe(description: &mut Description<'_>) -> Self::Prepared {
        let before = P::describe(description);
        (before, C::describe(description))
    }

    async fn extract(
        (before, last): &Self::Prepared,
        request: &mut Request,
        invalid: &mut Vec<ErrorDetail>,
    ) -> Result<Option<Self>, Error> {
        let before = P::extract(before, request, invalid).await?;
        match C::extract(last, request).await {
            Ok(last) => Ok(before.map(|before| (before, last))),
            Err(Rejection::Invalid(details)) => {
                invalid.extend(details);
                Ok(None)
            }
            Err(Rejection::Failed(error)) => Err(error),
        }
    }
}
