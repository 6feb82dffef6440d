//! All components of an endpoint, as nested pairs: `(((), A), B)` for `a: A, b: B`.

use super::{Component, Description, Unbuildable};

/// The parameters of an endpoint. Nested pairs allow any number of them.
pub trait Parameters: Sized + 'static {
    /// The prepared state of the components, in pairs of the same shape.
    type Prepared: Send + Sync + 'static;

    /// Lets every component describe itself, in order, even if one of them cannot be prepared.
    ///
    /// # Errors
    ///
    /// At least one component cannot be prepared.
    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable>;
}

impl Parameters for () {
    type Prepared = ();

    fn describe(_: &mut Description<'_>) -> Result<(), Unbuildable> {
        Ok(())
    }
}

impl<P: Parameters, C: Component> Parameters for (P, C) {
    type Prepared = (P::Prepared, C::Prepared);

    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        let before = P::describe(description);
        let last = C::describe(description);
        Ok((before?, last?))
    }
}
