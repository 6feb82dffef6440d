//! JSON Web Tokens (RFC 7519), in the `Authorization` header (RFC 6750) or in a cookie.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderValue;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Auth;
use crate::error::Error;
use crate::openapi::SecurityScheme;
use crate::request::Request;

/// A JWT with the claims `C`: a bearer token, or the value of a [cookie](Self::cookie).
///
/// A token is refused with a 401 if:
///
/// - its signature or its algorithm is not the server's,
/// - it lacks `exp`, `iat` or `sub`,
/// - it has expired, is not valid yet, or was issued in the future,
/// - it is for another audience or from another issuer,
/// - it is a refresh token, or
/// - its claims are not a `C`.
///
/// A request without `Authorization: Bearer …` goes to the next auth of the chain.
///
/// ```
/// use dmr_core::auth::{Algorithm, Jwt};
/// use std::time::Duration;
///
/// #[derive(serde::Deserialize)]
/// struct Claims { sub: String }
///
/// let jwt: Jwt<Claims> = Jwt::new(Algorithm::HS256, b"a secret of no less than 32 bytes")?
///     .leeway(Duration::from_secs(30))
///     .audiences(["bookstore"]);
/// # Ok::<(), dmr_core::auth::JwtError>(())
/// ```
///
/// The secret is never printed.
pub struct Jwt<C> {
    verification: Arc<Verification>,
    claims: PhantomData<fn() -> C>,
}

#[derive(Clone)]
struct Verification {
    key: DecodingKey,
    /// The secret, with which this server can also sign.
    signing_key: Option<EncodingKey>,
    algorithm: Algorithm,
    validation: Validation,
    leeway: Duration,
    required_claims: Vec<String>,
    accept_refresh_tokens: bool,
    /// The cookie with the token. `None` stands for the header `Authorization`.
    cookie: Option<String>,
    scheme_name: String,
}

/// The reason why a [`Jwt`] cannot be built, or cannot issue a token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JwtError {
    /// The secret is shorter than the output of the hash (RFC 7518, 3.2).
    #[error("a secret for {algorithm:?} needs at least {needed} bytes, this one has {got}")]
    ShortSecret {
        /// The algorithm of the server.
        algorithm: Algorithm,
        /// The number of bytes that the algorithm needs.
        needed: usize,
        /// The number of bytes that were given.
        got: usize,
    },
    /// The algorithm does not use a secret.
    #[error("{0:?} does not use a secret: give its public key to `Jwt::with_key`")]
    NotSymmetric(Algorithm),
    /// The key is of another family than the algorithm.
    #[error("the key does not belong to {0:?}")]
    WrongKey(Algorithm),
    /// A token cannot be issued: the server has only a key that verifies.
    #[error(
        "{0:?} tokens cannot be issued with a verification key: make the `Jwt` with `Jwt::new`"
    )]
    NotIssuer(Algorithm),
    /// A token cannot be issued with these claims.
    #[error("a token cannot have these claims: {0}")]
    Claims(String),
}

impl<C: DeserializeOwned + 'static> Jwt<C> {
    /// Accepts tokens that are signed with a verification secret: `HS256`, `HS384` or `HS512`.
    ///
    /// # Errors
    ///
    /// The secret is too short for the algorithm, or the algorithm does not use a secret.
    pub fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self, JwtError> {
        let needed = match algorithm {
            Algorithm::HS256 => 32,
            Algorithm::HS384 => 48,
            Algorithm::HS512 => 64,
            other => return Err(JwtError::NotSymmetric(other)),
        };
        if secret.len() < needed {
            return Err(JwtError::ShortSecret {
                algorithm,
                needed,
                got: secret.len(),
            });
        }
        let jwt = Self::with_key(algorithm, DecodingKey::from_secret(secret))?;
        let key = EncodingKey::from_secret(secret);
        Ok(jwt.with(|verification| verification.signing_key = Some(key)))
    }

    /// Accepts tokens of one algorithm, verified with a key of its family, such as the public key
    /// for `ES256`.
    ///
    /// # Errors
    ///
    /// The key is of another family.
    pub fn with_key(algorithm: Algorithm, key: DecodingKey) -> Result<Self, JwtError> {
        if key.family() != algorithm.family() {
            return Err(JwtError::WrongKey(algorithm));
        }
        let mut validation = Validation::new(algorithm);
        validation.set_required_spec_claims(&["exp", "sub"]);
        // `times_hold` checks the times: a token expires at the end of the leeway, not a second
        // later.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        Ok(Self {
            verification: Arc::new(Verification {
                key,
                signing_key: None,
                algorithm,
                validation,
                leeway: Duration::ZERO,
                required_claims: Vec::new(),
                accept_refresh_tokens: false,
                cookie: None,
                scheme_name: "jwt".to_owned(),
            }),
            claims: PhantomData,
        })
    }

    /// Sets how far the clocks of issuer and server may differ. Zero by default.
    #[must_use]
    pub fn leeway(self, leeway: Duration) -> Self {
        self.with(|verification| verification.leeway = leeway)
    }

    /// Accepts only tokens for one of these audiences (`aud`). Without this option, `aud` is
    /// ignored.
    #[must_use]
    pub fn audiences<A: ToString>(self, audiences: impl IntoIterator<Item = A>) -> Self {
        let audiences: Vec<A> = audiences.into_iter().collect();
        self.with(|verification| {
            verification.validation.validate_aud = true;
            verification.validation.set_audience(&audiences);
            verification
                .validation
                .required_spec_claims
                .insert("aud".to_owned());
        })
    }

    /// Accepts only tokens from one of these issuers (`iss`). Without this option, `iss` is
    /// ignored.
    #[must_use]
    pub fn issuers<I: ToString>(self, issuers: impl IntoIterator<Item = I>) -> Self {
        let issuers: Vec<I> = issuers.into_iter().collect();
        self.with(|verification| {
            verification.validation.set_issuer(&issuers);
            verification
                .validation
                .required_spec_claims
                .insert("iss".to_owned());
        })
    }

    /// Refuses tokens that lack one of these claims.
    #[must_use]
    pub fn require_claims<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        self.with(|verification| {
            let names = names.into_iter().map(Into::into);
            verification.required_claims.extend(names);
        })
    }

    /// Accepts tokens whose `extras.type` is `refresh`. They are refused by default.
    #[must_use]
    pub fn accept_refresh_tokens(self) -> Self {
        self.with(|verification| verification.accept_refresh_tokens = true)
    }

    /// Reads the token from a cookie instead of the header `Authorization`, and calls the security
    /// scheme `jwt_cookie`. A request without the cookie goes to the next auth of the chain.
    ///
    /// An `EventSource`, an `<img>` and a link cannot send the header. A browser sends the cookie
    /// with every request, even one that another site causes: set it with
    /// [`same_site`](crate::NewCookie::same_site) and [`http_only`](crate::NewCookie::http_only).
    ///
    /// ```
    /// use dmr_core::auth::{AuthChain, Jwt};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Claims { sub: String }
    ///
    /// fn header_or_cookie(jwt: Jwt<Claims>) -> AuthChain {
    ///     AuthChain::of(jwt.clone()).or(jwt.cookie("session"))
    /// }
    /// ```
    #[must_use]
    pub fn cookie(self, name: impl Into<String>) -> Self {
        self.with(|verification| verification.cookie = Some(name.into()))
            .scheme_name("jwt_cookie")
    }

    /// Sets the name of the security scheme in the document. `jwt` by default.
    #[must_use]
    pub fn scheme_name(self, name: impl Into<String>) -> Self {
        self.with(|verification| verification.scheme_name = name.into())
    }

    /// Issues a token that this `Jwt` accepts for a time, such as that of a login. `claims` is a
    /// struct with the claim `sub`. dmr adds `iat` and `exp`. Claims that the options ask for, such
    /// as `aud`, have to be in the struct.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dmr_core::auth::{Jwt, JwtError};
    ///
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct Claims { sub: String }
    ///
    /// fn login(jwt: &Jwt<Claims>, name: String) -> Result<String, JwtError> {
    ///     jwt.issue(&Claims { sub: name }, Duration::from_secs(3600))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// The `Jwt` was made [with a key](Self::with_key) that only verifies, or the claims are not a
    /// struct.
    pub fn issue(&self, claims: &C, lifetime: Duration) -> Result<String, JwtError>
    where
        C: Serialize,
    {
        let Verification {
            signing_key,
            algorithm,
            ..
        } = &*self.verification;
        let key = signing_key.as_ref();
        let key = key.ok_or(JwtError::NotIssuer(*algorithm))?;
        let failed = |error: &dyn fmt::Display| JwtError::Claims(error.to_string());
        let claims = serde_json::to_value(claims).map_err(|error| failed(&error))?;
        let Value::Object(mut claims) = claims else {
            return Err(failed(&"write a struct"));
        };
        let now = jsonwebtoken::get_current_timestamp();
        claims.insert("iat".to_owned(), now.into());
        // A token counts in whole seconds. A shorter lifetime is not over at once.
        let seconds = lifetime
            .as_secs()
            .saturating_add(u64::from(lifetime.subsec_nanos() > 0));
        let expires = now.saturating_add(seconds);
        claims.insert("exp".to_owned(), expires.into());
        let token = jsonwebtoken::encode(&Header::new(*algorithm), &claims, key);
        token.map_err(|error| failed(&error))
    }

    fn with(mut self, change: impl FnOnce(&mut Verification)) -> Self {
        change(Arc::make_mut(&mut self.verification));
        self
    }

    fn verify(&self, token: &str) -> Option<C> {
        let verification = &*self.verification;
        let token = jsonwebtoken::decode::<Map<String, Value>>(
            token,
            &verification.key,
            &verification.validation,
        )
        .ok()?;
        let claims = token.claims;
        let is_refresh = || {
            let extras = claims.get("extras")?;
            Some(extras.get("type")? == "refresh")
        };
        let accepted = times_hold(&claims, verification.leeway)
            && claims.get("sub").and_then(Value::as_str) != Some("")
            && verification
                .required_claims
                .iter()
                .all(|name| claims.contains_key(name))
            && (verification.accept_refresh_tokens || is_refresh() != Some(true));
        if !accepted {
            return None;
        }
        serde_json::from_value(Value::Object(claims)).ok()
    }
}

/// Checks `exp`, `nbf` and `iat` (RFC 7519, 4.1), in seconds.
fn times_hold(claims: &Map<String, Value>, leeway: Duration) -> bool {
    let Ok(now) = SystemTime::now().duration_since(UNIX_EPOCH) else {
        return false;
    };
    let (now, leeway) = (now.as_secs_f64(), leeway.as_secs_f64());
    let time = |name: &str| claims.get(name).map(Value::as_f64);
    let Some(Some(expires)) = time("exp") else {
        return false;
    };
    let Some(Some(issued)) = time("iat") else {
        return false;
    };
    let not_before = match time("nbf") {
        Some(Some(seconds)) => seconds,
        Some(None) => return false,
        None => issued,
    };
    now < expires + leeway && issued <= now + leeway && not_before <= now + leeway
}

fn bearer_token(request: &Request) -> Option<&str> {
    let (scheme, token) = request.header_str("Authorization")?.split_once(' ')?;
    (scheme == "Bearer").then_some(token)
}

impl<C: DeserializeOwned + 'static> Auth for Jwt<C> {
    type Principal = C;

    async fn authenticate(&self, request: &Request) -> Result<Option<C>, Error> {
        let token = match &self.verification.cookie {
            Some(name) => request.cookie(name).map(Cow::Owned),
            None => bearer_token(request).map(Cow::Borrowed),
        };
        let Some(token) = token else {
            return Ok(None);
        };
        match self.verify(&token) {
            Some(claims) => Ok(Some(claims)),
            None => Err(Error::unauthorized()),
        }
    }

    fn scheme(&self) -> SecurityScheme {
        let name = self.verification.scheme_name.clone();
        match &self.verification.cookie {
            Some(cookie) => SecurityScheme::api_key_cookie(name, cookie.clone(), "JWT cookie auth"),
            None => SecurityScheme::bearer(name, "JWT", "JWT token auth"),
        }
    }

    fn challenge(&self) -> Option<HeaderValue> {
        let is_header = self.verification.cookie.is_none();
        is_header.then_some(HeaderValue::from_static("Bearer"))
    }
}

impl<C> Clone for Jwt<C> {
    fn clone(&self) -> Self {
        Self {
            verification: Arc::clone(&self.verification),
            claims: PhantomData,
        }
    }
}

impl<C> fmt::Debug for Jwt<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwt")
            .field("algorithms", &self.verification.validation.algorithms)
            .field("leeway", &self.verification.leeway)
            .finish_non_exhaustive()
    }
}
