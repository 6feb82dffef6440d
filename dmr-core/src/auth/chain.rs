//! Chains of [`Auth`]s. One of them has to accept the request.

use std::any::{Any, TypeId};
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use http::HeaderValue;
use http::header::WWW_AUTHENTICATE;

use super::Auth;
use crate::error::{Error, ErrorKind};
use crate::openapi::SecurityScheme;
use crate::request::Request;

/// The value of the option `auth`: alternatives, tried in order until one accepts.
///
/// The innermost level that sets the option decides: the endpoint, its controller, the router, or
/// the settings. So an endpoint for administrators does not admit everyone who may use its
/// controller. [`or_inherited`](Self::or_inherited) adds the alternatives of the next level
/// outwards. `None` opens a level to everyone. An empty list sets nothing.
///
/// ```
/// use dmr_core::auth::{Auth, AuthChain};
///
/// fn token_or_session(token: impl Auth, session: impl Auth) -> AuthChain {
///     AuthChain::of(token).or(session)
/// }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a chain does nothing until it is an option"]
pub struct AuthChain {
    alternatives: Vec<Alternative>,
    inherits: bool,
    opens: bool,
}

impl AuthChain {
    /// A chain of one alternative.
    pub fn of(auth: impl Auth) -> Self {
        Self::default().or(auth)
    }

    /// Adds an alternative.
    pub fn or(mut self, auth: impl Auth) -> Self {
        self.alternatives.push(Alternative::new(auth));
        self
    }

    /// Appends the alternatives of the next level outwards that has any.
    ///
    /// ```
    /// use dmr_core::auth::{Auth, AuthChain};
    ///
    /// fn administrators_too(admin: impl Auth) -> AuthChain {
    ///     AuthChain::of(admin).or_inherited()
    /// }
    /// ```
    pub fn or_inherited(mut self) -> Self {
        self.inherits = true;
        self
    }

    /// Whether the level is open to everyone.
    pub(crate) fn opens(&self) -> bool {
        self.alternatives.is_empty() && !self.inherits()
    }

    pub(crate) fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// Whether the next level outwards also counts. An empty list inherits too: it must not let
    /// everyone in by accident.
    pub(crate) fn inherits(&self) -> bool {
        self.inherits || (self.alternatives.is_empty() && !self.opens)
    }
}

impl<A: Auth, const N: usize> From<[A; N]> for AuthChain {
    fn from(auths: [A; N]) -> Self {
        auths.into_iter().fold(Self::default(), Self::or)
    }
}

impl<A: Auth> From<Vec<A>> for AuthChain {
    fn from(auths: Vec<A>) -> Self {
        auths.into_iter().fold(Self::default(), Self::or)
    }
}

/// `auth = None`: no authentication.
impl From<Option<Infallible>> for AuthChain {
    fn from(_: Option<Infallible>) -> Self {
        Self {
            opens: true,
            ..Self::default()
        }
    }
}

/// An [`Auth`] whose type is erased.
#[derive(Clone)]
pub(crate) struct Alternative {
    auth: Arc<dyn ErasedAuth>,
    pub(crate) principal: TypeId,
    pub(crate) scheme: SecurityScheme,
    challenge: Option<HeaderValue>,
}

impl Alternative {
    fn new(auth: impl Auth) -> Self {
        Self {
            principal: auth.principal_type(),
            scheme: auth.scheme(),
            challenge: auth.challenge(),
            auth: Arc::new(auth),
        }
    }

    /// Replaces the auth, for a test.
    pub(crate) fn replace(&mut self, replacement: &AuthOverride) {
        self.auth = Arc::clone(&replacement.0);
        self.principal = self.auth.principal_type();
    }
}

/// A stand-in for every [`Auth`] of the application, for tests. The document does not change.
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
pub struct AuthOverride(Arc<dyn ErasedAuth>);

impl AuthOverride {
    /// Gives every request this principal, whatever its credentials.
    pub fn principal<P: Clone + Send + Sync + 'static>(principal: P) -> Self {
        Self(Arc::new(Fixed(Some(principal))))
    }

    /// Denies every request. A principal would be of the type `P`.
    pub fn denied<P: Clone + Send + Sync + 'static>() -> Self {
        Self(Arc::new(Fixed::<P>(None)))
    }
}

impl fmt::Debug for AuthOverride {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthOverride")
    }
}

struct Fixed<P>(Option<P>);

impl<P: Clone + Send + Sync + 'static> Auth for Fixed<P> {
    type Principal = P;

    async fn authenticate(&self, _: &Request) -> Result<Option<P>, Error> {
        Ok(self.0.clone())
    }

    /// Never shown: the document describes the auths that were replaced.
    fn scheme(&self) -> SecurityScheme {
        SecurityScheme::api_key_header("override", "X-Override", "")
    }
}

impl fmt::Debug for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Auth").field(&self.scheme.name()).finish()
    }
}

trait ErasedAuth: Send + Sync {
    fn authenticate<'a>(
        &'a self,
        request: &'a Request,
    ) -> LocalBoxFuture<'a, Result<Option<Box<dyn Any>>, Error>>;

    fn principal_type(&self) -> TypeId;
}

impl<A: Auth> ErasedAuth for A {
    fn authenticate<'a>(
        &'a self,
        request: &'a Request,
    ) -> LocalBoxFuture<'a, Result<Option<Box<dyn Any>>, Error>> {
        Box::pin(async move {
            let principal = Auth::authenticate(self, request).await?;
            Ok(principal.map(|principal| Box::new(principal) as Box<dyn Any>))
        })
    }

    fn principal_type(&self) -> TypeId {
        TypeId::of::<A::Principal>()
    }
}

/// Step 3 of a request: the first alternative that accepts determines the principal.
pub(crate) async fn authenticate(
    chain: &[Alternative],
    request: &mut Request,
) -> Result<(), Error> {
    if chain.is_empty() {
        return Ok(());
    }
    for alternative in chain {
        match alternative.auth.authenticate(request).await {
            Ok(Some(principal)) => {
                request.set_principal(principal);
                return Ok(());
            }
            Ok(None) => {}
            Err(error) if error.kind() == ErrorKind::Unauthorized => {
                return Err(challenged(error, chain));
            }
            Err(error) => return Err(error),
        }
    }
    Err(challenged(Error::unauthorized(), chain))
}

fn challenged(error: Error, chain: &[Alternative]) -> Error {
    let challenges = chain.iter().filter_map(|auth| auth.challenge.clone());
    challenges.fold(error, |error, value| error.header(WWW_AUTHENTICATE, value))
}
