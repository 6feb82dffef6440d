//! Components that a request may lack.

use std::future::Future;

use super::{Component, Description, Rejection, Unbuildable};
use crate::request::Request;

/// A component `C` that a request may lack: an endpoint can also take `Option<C>`.
///
/// `Option<Principal<T>>` is an optional login: a request without credentials gets `None`.
///
/// ```
/// use dmr_core::component::{
///     Component, Description, OptionalComponent, Rejection, Unbuildable,
/// };
/// use dmr_core::{Error, Request};
/// use http::StatusCode;
///
/// /// The header `X-Tenant`.
/// struct Tenant(String);
///
/// impl Component for Tenant {
///     type Prepared = ();
///
///     fn describe(description: &mut Description<'_>) -> Result<(), Unbuildable> {
///         description.header::<String>("X-Tenant");
///         Ok(())
///     }
///
///     async fn extract((): &(), request: &mut Request) -> Result<Self, Rejection> {
///         let tenant = Self::extract_optional(&(), request).await?;
///         tenant.ok_or_else(|| Error::msg(StatusCode::FORBIDDEN, "name a tenant").into())
///     }
/// }
///
/// impl OptionalComponent for Tenant {
///     async fn extract_optional(
///         (): &(),
///         request: &mut Request,
///     ) -> Result<Option<Self>, Rejection> {
///         Ok(request.header_str("X-Tenant").map(|name| Self(name.to_owned())))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`Option<{Self}>` is not a request component",
    label = "cannot be optional",
    note = "the components that can be `Option<C>` are `Principal<T>`, `PeerAddr` and every type that implements `OptionalComponent`; in a model, write an `Option<T>` field"
)]
pub trait OptionalComponent: Component {
    /// Describes the part. [`Component::describe`] by default.
    ///
    /// # Errors
    ///
    /// The part cannot be prepared.
    fn describe_optional(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        Self::describe(description)
    }

    /// Extracts the part from a request, or `None` if the request lacks it.
    fn extract_optional(
        prepared: &Self::Prepared,
        request: &mut Request,
    ) -> impl Future<Output = Result<Option<Self>, Rejection>>;
}

impl<C: OptionalComponent> Component for Option<C> {
    type Prepared = C::Prepared;

    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        C::describe_optional(description)
    }

    async fn extract(prepared: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        C::extract_optional(prepared, request).await
    }
}
