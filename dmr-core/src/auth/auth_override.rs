//! Stand-ins for principals, for tests.

use std::any::{TypeId, type_name};
use std::fmt;
use std::sync::Arc;

use super::chain::ErasedAuth;
use super::{Alternative, Auth};
use crate::error::Error;
use crate::openapi::SecurityScheme;
use crate::request::Request;

/// A stand-in for the credentials of a test: every [`Auth`] that yields a `P` gets this principal.
///
/// The auth still [authorizes](Auth::authorize) the principal, so a test of roles needs no
/// credentials. [`of_scheme`](Self::of_scheme) and [`of_controller`](Self::of_controller) narrow
/// the override. The document does not change. An override that fits no auth is an error when the
/// application is built.
///
/// ```
/// use dmr_core::auth::AuthOverride;
///
/// #[derive(Clone)]
/// struct Claims { sub: String }
///
/// let everybody_is_bob = AuthOverride::principal(Claims { sub: "bob".to_owned() });
/// let nobody = AuthOverride::denied::<Claims>();
/// # let _ = (everybody_is_bob, nobody);
/// ```
#[derive(Clone)]
#[must_use = "an override does nothing until a router gets it"]
pub struct AuthOverride {
    auth: Arc<dyn ErasedAuth>,
    principal: &'static str,
    scheme: Option<String>,
    controller: Option<TypeId>,
    used: bool,
}

impl AuthOverride {
    /// Gives every request this principal, whatever its credentials.
    pub fn principal<P: Clone + Send + Sync + 'static>(principal: P) -> Self {
        Self::of(Some(principal))
    }

    /// Denies every request. A principal would be of the type `P`.
    pub fn denied<P: Clone + Send + Sync + 'static>() -> Self {
        Self::of::<P>(None)
    }

    fn of<P: Clone + Send + Sync + 'static>(principal: Option<P>) -> Self {
        Self {
            auth: Arc::new(Fixed(principal)),
            principal: type_name::<P>(),
            scheme: None,
            controller: None,
            used: false,
        }
    }

    /// Overrides only the auths whose security scheme has this name.
    pub fn of_scheme(mut self, name: impl Into<String>) -> Self {
        self.scheme = Some(name.into());
        self
    }

    /// Overrides only the auths of the endpoints of the controller `C`.
    pub fn of_controller<C: 'static>(mut self) -> Self {
        self.controller = Some(TypeId::of::<C>());
        self
    }

    /// Overrides the auths of an endpoint that fit.
    pub(crate) fn apply(&mut self, chain: &mut [Alternative], controller: TypeId) {
        if self.controller.is_some_and(|only| only != controller) {
            return;
        }
        for alternative in chain {
            let scheme = self.scheme.as_deref();
            if alternative.principal == self.auth.principal_type()
                && scheme.is_none_or(|name| name == alternative.scheme.name())
            {
                alternative.replace(&self.auth);
                self.used = true;
            }
        }
    }

    /// The error of an override that fits no auth.
    pub(crate) fn unused(&self) -> Option<String> {
        let principal = self.principal;
        (!self.used).then(|| {
            format!("`override_auth` has a principal `{principal}` that no such `auth` yields")
        })
    }
}

impl fmt::Debug for AuthOverride {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthOverride")
            .field("principal", &self.principal)
            .finish_non_exhaustive()
    }
}

struct Fixed<P>(Option<P>);

impl<P: Clone + Send + Sync + 'static> Auth for Fixed<P> {
    type Principal = P;

    async fn authenticate(&self, _: &Request) -> Result<Option<P>, Error> {
        match &self.0 {
            Some(principal) => Ok(Some(principal.clone())),
            // Even where another auth could accept the request, or the login is optional.
            None => Err(Error::unauthorized()),
        }
    }

    /// Never shown: the document describes the auths that were overridden.
    fn scheme(&self) -> SecurityScheme {
        SecurityScheme::api_key_header("override", "X-Override", "")
    }
}
