//! Authentication: the trait [`Auth`], and chains of its implementations. The component
//! [`Principal`](crate::component::Principal) gives the endpoint the result.

mod auth_override;
mod chain;
#[cfg(feature = "jwt")]
mod jwt;

use std::future::Future;

use http::HeaderValue;

use crate::error::Error;
use crate::openapi::SecurityScheme;
use crate::request::Request;
use crate::response::ResponseSpec;

pub use auth_override::AuthOverride;
pub use chain::AuthChain;
pub(crate) use chain::{Alternative, authenticate};
#[cfg(feature = "jwt")]
pub use jsonwebtoken::{Algorithm, DecodingKey};
#[cfg(feature = "jwt")]
pub use jwt::{Jwt, JwtError};

/// One way to prove who is asking.
///
/// ```
/// use dmr_core::auth::Auth;
/// use dmr_core::{Error, Request, SecurityScheme};
///
/// /// Anyone may say who they are.
/// struct NameHeader;
///
/// impl Auth for NameHeader {
///     type Principal = String;
///
///     async fn authenticate(&self, request: &Request) -> Result<Option<String>, Error> {
///         Ok(request.header_str("X-Name").map(str::to_owned))
///     }
///
///     fn scheme(&self) -> SecurityScheme {
///         SecurityScheme::api_key_header("name", "X-Name", "The name of the caller")
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot authenticate requests",
    label = "is not an `Auth`",
    note = "implement `Auth`, or use `Jwt` (feature `jwt`)"
)]
pub trait Auth: Send + Sync + 'static {
    /// The authenticated caller. Endpoints receive it as
    /// [`Principal<T>`](crate::component::Principal).
    type Principal: 'static;

    /// Checks the credentials of a request. `None` means that the request has no credentials of
    /// this kind; the next auth of the chain is tried.
    ///
    /// # Errors
    ///
    /// [`Error::unauthorized`] refuses the request at once with a 401. [`Error::new`] refuses it
    /// with another status, which [`responses`](Self::responses) declares.
    fn authenticate(
        &self,
        request: &Request,
    ) -> impl Future<Output = Result<Option<Self::Principal>, Error>>;

    /// Decides whether a caller may use the endpoint, by its role for instance. Everyone may by
    /// default. A test that [overrides](crate::Router::override_auth) the principal keeps this
    /// check.
    ///
    /// ```
    /// use dmr_core::auth::Auth;
    /// use dmr_core::{Error, Request, ResponseSpec, SecurityScheme};
    /// use http::StatusCode;
    ///
    /// # struct User { is_admin: bool }
    /// struct Admins<A>(A);
    ///
    /// impl<A: Auth<Principal = User>> Auth for Admins<A> {
    ///     type Principal = User;
    ///
    ///     async fn authenticate(&self, request: &Request) -> Result<Option<User>, Error> {
    ///         self.0.authenticate(request).await
    ///     }
    ///
    ///     async fn authorize(&self, user: &User) -> Result<(), Error> {
    ///         if user.is_admin {
    ///             return Ok(());
    ///         }
    ///         Err(Error::msg(StatusCode::FORBIDDEN, "only for administrators"))
    ///     }
    ///
    ///     fn responses(&self) -> Vec<ResponseSpec> {
    ///         vec![ResponseSpec::error(StatusCode::FORBIDDEN)]
    ///     }
    ///
    ///     fn scheme(&self) -> SecurityScheme {
    ///         self.0.scheme()
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::new`] and [`Error::msg`] refuse the request, usually with a 403, which
    /// [`responses`](Self::responses) declares. [`Error::unauthorized`] is a 401.
    fn authorize(&self, principal: &Self::Principal) -> impl Future<Output = Result<(), Error>> {
        let _ = principal;
        std::future::ready(Ok(()))
    }

    /// The responses that [`authenticate`](Self::authenticate) and [`authorize`](Self::authorize)
    /// may cause, besides the 401. None by default. The document lists them for every endpoint that
    /// asks this auth.
    fn responses(&self) -> Vec<ResponseSpec> {
        Vec::new()
    }

    /// The security scheme in the document, and its name.
    fn scheme(&self) -> SecurityScheme;

    /// The value of `WWW-Authenticate` on a 401 (RFC 9110, 11.6.1), if the scheme defines one.
    fn challenge(&self) -> Option<HeaderValue> {
        None
    }
}
