//! The component for the authenticated caller.

use std::any::TypeId;
use std::ops::Deref;

use super::{Component, Description, OptionalComponent, Rejection, Unbuildable};
use crate::error::Error;
use crate::request::Request;

/// The caller, as the [`Auth`](crate::auth::Auth) of the endpoint has authenticated it.
///
/// An endpoint that takes a `Principal<T>` needs an `auth` that yields a `T`; anything else is an
/// error when the application is built.
///
/// With `Option<Principal<T>>`, the endpoint also serves requests without credentials, which get
/// `None`. Bad credentials are a 401 all the same. The document lists the empty security
/// requirement beside those of the `auth`.
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
        let principal = Self::extract_optional(&(), request).await?;
        principal.ok_or_else(missing)
    }
}

impl<T: 'static> OptionalComponent for Principal<T> {
    fn describe_optional(description: &mut Description<'_>) -> Result<(), Unbuildable> {
        // A dependency does not open the endpoint: only the method itself shows that it may be open.
        if !description.is_in_dependency() {
            description.principal_is_optional();
        }
        Self::describe(description)
    }

    async fn extract_optional((): &(), request: &mut Request) -> Result<Option<Self>, Rejection> {
        let principal = request.take_principal();
        let principal = principal.map(|principal| principal.downcast().map_err(|_| missing()));
        Ok(principal.transpose()?.map(|principal| Self(*principal)))
    }
}

/// An endpoint whose `auth` yields another type is refused at startup.
fn missing() -> Rejection {
    Error::internal("the request has no principal of this type").into()
}
