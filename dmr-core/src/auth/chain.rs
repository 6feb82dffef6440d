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
use crate::response::ResponseSpec;

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
    /// The principal that a test gives instead of that of `auth`.
    replacement: Option<Arc<dyn ErasedAuth>>,
    pub(crate) principal: TypeId,
    pub(crate) scheme: SecurityScheme,
    pub(crate) responses: Vec<ResponseSpec>,
    challenge: Option<HeaderValue>,
}

impl Alternative {
    fn new(auth: impl Auth) -> Self {
        Self {
            principal: auth.principal_type(),
            scheme: auth.scheme(),
            responses: auth.responses(),
            challenge: auth.challenge(),
            auth: Arc::new(auth),
            replacement: None,
        }
    }

    /// Replaces the principal, for a test.
    pub(super) fn replace(&mut self, replacement: &Arc<dyn ErasedAuth>) {
        self.replacement = Some(Arc::clone(replacement));
    }

    async fn authenticate(&self, request: &Request) -> Result<Option<Box<dyn Any>>, Error> {
        let Some(replacement) = &self.replacement else {
            return self.auth.authenticate(request).await;
        };
        let principal = replacement.authenticate(request).await?;
        if let Some(principal) = &principal {
            self.auth.authorize(&**principal).await?;
        }
        Ok(principal)
    }
}

impl fmt::Debug for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Auth").field(&self.scheme.name()).finish()
    }
}

pub(super) trait ErasedAuth: Send + Sync {
    fn authenticate<'a>(
        &'a self,
        request: &'a Request,
    ) -> LocalBoxFuture<'a, Result<Option<Box<dyn Any>>, Error>>;

    /// Authorizes a principal of another auth.
    fn authorize<'a>(&'a self, principal: &'a dyn Any) -> LocalBoxFuture<'a, Result<(), Error>>;

    fn principal_type(&self) -> TypeId;
}

impl<A: Auth> ErasedAuth for A {
    fn authenticate<'a>(
        &'a self,
        request: &'a Request,
    ) -> LocalBoxFuture<'a, Result<Option<Box<dyn Any>>, Error>> {
        Box::pin(async move {
            let Some(principal) = Auth::authenticate(self, request).await? else {
                return Ok(None);
            };
            Auth::authorize(self, &principal).await?;
            Ok(Some(Box::new(principal) as Box<dyn Any>))
        })
    }

    fn authorize<'a>(&'a self, principal: &'a dyn Any) -> LocalBoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            match principal.downcast_ref() {
                Some(principal) => Auth::authorize(self, principal).await,
                // An override replaces only auths of its own type.
                None => Err(Error::internal("the principal has another type")),
            }
        })
    }

    fn principal_type(&self) -> TypeId {
        TypeId::of::<A::Principal>()
    }
}

/// Step 3 of a request: the first alternative that accepts determines the principal. If the login
/// is `optional`, a request without credentials has none.
pub(crate) async fn authenticate(
    chain: &[Alternative],
    optional: bool,
    request: &mut Request,
) -> Result<(), Error> {
    if chain.is_empty() {
        return Ok(());
    }
    for alternative in chain {
        match alternative.authenticate(request).await {
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
    if optional {
        return Ok(());
    }
    Err(challenged(Error::unauthorized(), chain))
}

fn challenged(error: Error, chain: &[Alternative]) -> Error {
    let challenges = chain.iter().filter_map(|auth| auth.challenge.clone());
    challenges.fold(error, |error, value| error.header(WWW_AUTHENTICATE, value))
}
