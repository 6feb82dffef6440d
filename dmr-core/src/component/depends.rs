//! Dependencies: values that are computed from components, once for each request.

use std::any::{Any, TypeId};
use std::future::Future;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use super::{Component, Description, Rejection, Unbuildable};
use crate::error::Error;
use crate::request::Request;
use crate::response::ResponseSpec;

/// A value that dmr computes from other components, for endpoints that take
/// [`Depends<Self>`](Depends).
///
/// The document of such an endpoint lists what the components read, and the
/// [`responses`](Self::responses) of the dependency.
///
/// ```
/// use std::sync::Arc;
///
/// use dmr_core::component::{Dependency, Depends, Principal, State};
/// use dmr_core::{Error, ResponseSpec};
/// use http::StatusCode;
///
/// # struct Claims { sub: String }
/// # struct Store;
/// # impl Store { async fn user(&self, name: &str) -> Option<String> { Some(name.to_owned()) } }
/// struct CurrentUser { name: String }
///
/// impl Dependency for CurrentUser {
///     type Components = (Principal<Claims>, State<Arc<Store>>);
///
///     async fn resolve((claims, store): Self::Components) -> Result<Self, Error> {
///         let user = store.user(&claims.sub).await;
///         let name = user.ok_or_else(|| Error::msg(StatusCode::FORBIDDEN, "no such user"))?;
///         Ok(Self { name })
///     }
///
///     fn responses() -> Vec<ResponseSpec> {
///         vec![ResponseSpec::error(StatusCode::FORBIDDEN)]
///     }
/// }
///
/// async fn get(user: Depends<CurrentUser>) -> String {
///     format!("hello {}", user.name)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a dependency",
    label = "cannot be computed from components",
    note = "implement `Dependency` for it"
)]
pub trait Dependency: Sized + 'static {
    /// The components: one component, a tuple of components, or `()`. Other dependencies may be
    /// among them, as `Depends<Other>`.
    type Components: Component;

    /// Computes the value.
    ///
    /// # Errors
    ///
    /// Any error. It ends the request. The [`responses`](Self::responses) declare the statuses of
    /// the errors that are made with [`Error::new`] and [`Error::msg`].
    fn resolve(components: Self::Components) -> impl Future<Output = Result<Self, Error>>;

    /// The responses that [`resolve`](Self::resolve) may cause. None by default.
    fn responses() -> Vec<ResponseSpec> {
        Vec::new()
    }
}

/// A [`Dependency`], computed once for each request: all parameters and dependencies that ask for a
/// `T` share it.
#[derive(Debug)]
pub struct Depends<T>(pub Rc<T>);

impl<T> Clone for Depends<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> Deref for Depends<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Dependency> Component for Depends<T> {
    type Prepared = Arc<<T::Components as Component>::Prepared>;

    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        let id = TypeId::of::<T>();
        if let Some(known) = description.described.dependencies.find(id) {
            let known = known?.downcast();
            return known.map_err(|_| description.error("two dependencies share a `TypeId`"));
        }
        description.described.dependencies.depth += 1;
        let prepared = T::Components::describe(description).map(Arc::new);
        let dependencies = &mut description.described.dependencies;
        dependencies.depth -= 1;
        let erased = prepared.clone().map(|prepared| prepared as AnyPrepared);
        dependencies.described.push((id, erased));
        description.described.errors_declared.extend(T::responses());
        prepared
    }

    async fn extract(prepared: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        let id = TypeId::of::<T>();
        if let Some(known) = request.dependency(id) {
            let known = known.and_then(|known| known.downcast().ok());
            // The problems of invalid components have been reported.
            return known
                .map(Self)
                .ok_or_else(|| Rejection::Invalid(Vec::new()));
        }
        let components = T::Components::extract(prepared, request).await;
        if components.is_err() {
            request.set_dependency(id, None);
        }
        let value = Rc::new(T::resolve(components?).await?);
        request.set_dependency(id, Some(Rc::clone(&value) as Rc<dyn Any>));
        Ok(Self(value))
    }
}

type AnyPrepared = Arc<dyn Any + Send + Sync>;

/// The dependencies of an endpoint that have described themselves.
#[derive(Debug, Default)]
pub(super) struct Dependencies {
    /// How many dependencies the component is nested in that describes itself now.
    pub(super) depth: usize,
    described: Vec<(TypeId, Result<AnyPrepared, Unbuildable>)>,
}

impl Dependencies {
    fn find(&self, id: TypeId) -> Option<Result<AnyPrepared, Unbuildable>> {
        let mut described = self.described.iter();
        let (_, prepared) = described.find(|(known, _)| *known == id)?;
        Some(prepared.clone())
    }
}
