//! Authentication.

use super::*;

#[derive(Deserialize)]
struct Claims {
    sub: String,
}

struct Secure {
    jwt: Jwt<Claims>,
}

#[controller(auth = [self.jwt.clone()])]
impl Controller for Secure {
    async fn get(&self, reader: Principal<Claims>) -> JsonLines<'_, String> {
        events! { yield reader.sub.clone(); }
    }

    #[modify(auth = None)]
    async fn post(&self) -> u32 {
        1
    }
}

const SECRET: &[u8] = b"a secret of no less than 32 bytes";

fn jwt() -> Jwt<Claims> {
    Jwt::new(Algorithm::HS256, SECRET).expect("the secret is long enough")
}

fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("a time after 1970").as_secs().cast_signed()
}

/// A token with the usual claims, changed by `changes`. `null` removes a claim.
fn token(changes: &Value) -> String {
    let mut claims = json!({"sub": "reader", "iat": now() - 10, "exp": now() + 60});
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    let members = claims.as_object_mut().expect("an object");
    members.retain(|_, value| !value.is_null());
    let key = jsonwebtoken::EncodingKey::from_secret(SECRET);
    jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).expect("a token")
}

fn status(address: &str, value: &str) -> u16 {
    send(address, "GET", "/", &[("Authorization", value)]).status
}

#[test]
fn claims_have_to_hold() {
    let address = serve_one(Secure { jwt: jwt() });
    let ask = |changes: Value| status(&address, &format!("Bearer {}", token(&changes)));
    let good = json!({"aud": "x", "iss": "y", "extras": {"type": "access"}});
    assert_eq!(ask(good), 200);
    for bad in [
        json!({"exp": now() - 1}),
        json!({"exp": now()}),
        json!({"exp": null}),
        json!({"exp": "soon"}),
        json!({"iat": null}),
        json!({"iat": now() + 60}),
        json!({"nbf": now() + 60}),
        json!({"nbf": "later"}),
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"sub": 5}),
        json!({"extras": {"type": "refresh"}}),
    ] {
        assert_eq!(ask(bad.clone()), 401, "{bad}");
    }
    let good = token(&json!({}));
    for value in ["", "Bearer", "Bearer ", "bearer", "Token", "Basic"] {
        let value = format!("{value} {good}").replace("  ", "\t");
        let expected = if value.starts_with("Bearer e") {
            200
        } else {
            401
        };
        assert_eq!(status(&address, &value), expected, "{value}");
    }
}

#[test]
fn audiences_issuers_leeway_and_required_claims() {
    let jwt = jwt()
        .audiences(["shop"])
        .issuers(["login"])
        .leeway(Duration::from_secs(30))
        .require_claims(["jti"])
        .accept_refresh_tokens();
    let address = serve_one(Secure { jwt });
    let ask = |changes: Value| status(&address, &format!("Bearer {}", token(&changes)));
    let good = json!({
        "aud": ["shop", "other"], "iss": "login", "jti": "1", "exp": now() - 20,
        "extras": {"type": "refresh"},
    });
    assert_eq!(ask(good.clone()), 200);
    for (name, value) in [
        ("aud", json!("other")),
        ("aud", Value::Null),
        ("iss", json!("else")),
        ("iss", Value::Null),
        ("jti", Value::Null),
        ("exp", json!(now() - 31)),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        assert_eq!(ask(bad.clone()), 401, "{bad}");
    }
}

#[test]
fn a_level_can_be_opened() {
    let response = send(&serve_one(Secure { jwt: jwt() }), "POST", "/", &[]);
    assert_eq!((response.status, response.body.as_str()), (201, "1"));
}

#[test]
fn negotiation_comes_before_authentication() {
    let address = serve_one(Secure { jwt: jwt() });
    assert_eq!(
        send(&address, "GET", "/", &[("Accept", "text/html")]).status,
        406
    );
    assert_eq!(
        send(&address, "GET", "/", &[("Accept", "application/json")]).status,
        401
    );
}

#[test]
fn alternatives_are_tried_in_order() {
    struct Either(AuthChain);

    #[controller(auth = self.0.clone())]
    impl Controller for Either {
        async fn get(&self) -> u32 {
            1
        }
    }

    struct Named;

    impl dmr::auth::Auth for Named {
        type Principal = String;

        async fn authenticate(&self, request: &dmr::Request) -> Result<Option<String>, Error> {
            match request.header_str("X-Name") {
                Some("nobody") => Err(Error::unauthorized()),
                name => Ok(name.map(str::to_owned)),
            }
        }

        fn scheme(&self) -> dmr::auth::SecurityScheme {
            dmr::auth::SecurityScheme::api_key_header("name", "X-Name", "A name")
        }
    }

    let address = serve_one(Either(AuthChain::of(Named).or(jwt())));
    let bearer = format!("Bearer {}", token(&json!({})));
    let ask = |headers: &[(&str, &str)]| send(&address, "GET", "/", headers).status;
    assert_eq!(ask(&[("X-Name", "ada")]), 200);
    assert_eq!(ask(&[("Authorization", &bearer)]), 200);
    assert_eq!(
        ask(&[("X-Name", "nobody"), ("Authorization", &bearer)]),
        401
    );
    assert_eq!(ask(&[]), 401);
}

#[test]
fn short_secrets_and_foreign_keys_are_refused_when_the_auth_is_built() {
    let short = Jwt::<Claims>::new(Algorithm::HS256, &SECRET[..31]);
    assert!(matches!(
        short,
        Err(JwtError::ShortSecret {
            needed: 32,
            got: 31,
            ..
        })
    ));
    let asymmetric = Jwt::<Claims>::new(Algorithm::RS256, SECRET);
    assert!(matches!(
        asymmetric,
        Err(JwtError::NotSymmetric(Algorithm::RS256))
    ));
    let key = dmr::auth::DecodingKey::from_secret(SECRET);
    let foreign = Jwt::<Claims>::with_key(Algorithm::ES256, key);
    assert!(matches!(foreign, Err(JwtError::WrongKey(Algorithm::ES256))));
    assert!(!format!("{:?}", jwt()).contains("secret of"));
}
