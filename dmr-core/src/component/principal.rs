//! The component for the authenticated caller.

use std::any::TypeId;
use std::ops::Deref;

use super::{Component, Description, Rejection, Unbuildable};
use crate::error::Error;
use crate::request::Request;

/// The caller, as the [`Auth`](crate::auth::Auth) of the endpoint has authenticated it.
///
/// An endpoint that takes a `Principal<T>` needs an `auth` that yields a `T`; anything else is an
/// error when the application is built.
///
/// ```
/// use dmr_core::component::Principal;
///
/// struct Claims { sub: String }
///
/// async fn get(reader: Principal<Claims>) -> String {
///     format!("hello {}", reader.sub)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal<T>(pub T);

impl<T> Deref for Principal<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: 'static> Component for Principal<T> {
    type Prepared = ();

    fn describe(description: &mut Description<'_>) -> Result<(), Unbuildable> {
        description.principal(TypeId::of::<T>(), std::any::type_name::<T>());
        Ok(())
    }

    async fn extract((): &(), request: &mut Request) -> Result<Self, Rejection> {
        let principal = request.take_principal();
        match principal.and_then(|principal| principal.downcast().ok()) {
            Some(principal) => Ok(Self(*principal)),
            // Such an endpoint is refused at startup.
            None => Err(Error::internal("the request has no principal of this type").into()),
        }
    }
}
