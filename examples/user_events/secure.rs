//! A stream for clients with a token.

use std::env;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dmr::auth::{Algorithm, Jwt, Principal};
use dmr::stream::events;
use dmr::{Controller, Json, JsonLines, controller};
use jsonwebtoken::{EncodingKey, Header};
use rand::RngExt;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(crate) struct Claims {
    sub: String,
    iat: u64,
    exp: u64,
}

pub(crate) struct SecureEvents {
    pub(crate) jwt: Jwt<Claims>,
}

#[controller(auth = [self.jwt.clone()], tags = ["users"])]
impl Controller for SecureEvents {
    /// Stream to authenticated users.
    async fn get(&self, reader: Principal<Claims>) -> JsonLines<'_, Json> {
        events! {
            yield Json::from(format!("hello {}", reader.sub));
        }
    }
}

/// The secret comes from `JWT_SECRET`. In debug, a missing secret is replaced by a random one for
/// this run, and a matching token is printed.
pub(crate) fn jwt(debug: bool) -> Result<Jwt<Claims>, Box<dyn std::error::Error>> {
    match env::var("JWT_SECRET") {
        Ok(secret) => Ok(Jwt::new(Algorithm::HS256, secret.as_bytes())?),
        Err(_) if debug => {
            let secret: [u8; 32] = rand::rng().random();
            let token = token(&secret, Duration::from_secs(3600))?;
            println!("a token for /api/user/secure/, good for an hour:\n{token}");
            Ok(Jwt::new(Algorithm::HS256, &secret)?)
        }
        Err(_) => Err("set JWT_SECRET to a secret of 32 bytes or more".into()),
    }
}

fn token(secret: &[u8], lifetime: Duration) -> Result<String, Box<dyn std::error::Error>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let claims = Claims {
        sub: "reader".to_owned(),
        iat: now.as_secs(),
        exp: (now + lifetime).as_secs(),
    };
    let key = EncodingKey::from_secret(secret);
    Ok(jsonwebtoken::encode(&Header::default(), &claims, &key)?)
}
