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
    let key = DecodingKey::from_secret(SECRET);
    let foreign = Jwt::<Claims>::with_key(Algorithm::ES256, key);
    assert!(matches!(foreign, Err(JwtError::WrongKey(Algorithm::ES256))));
    assert!(!format!("{:?}", jwt()).contains("secret of"));
}

struct FromCookie {
    jwt: Jwt<Claims>,
}

#[controller(auth = AuthChain::of(self.jwt.clone()).or(self.jwt.clone().cookie("session")))]
impl Controller for FromCookie {
    async fn get(&self, reader: Principal<Claims>) -> String {
        reader.0.sub
    }
}

#[test]
fn a_token_in_a_cookie() {
    let address = serve_one(FromCookie { jwt: jwt() });
    let (ann, bob) = (
        token(&json!({"sub": "ann"})),
        token(&json!({"sub": "bob smith"})),
    );
    let ask = |headers: &[(&str, &str)]| {
        let response = send(&address, "GET", "/", headers);
        let challenge = response.headers.get("www-authenticate").cloned();
        (response.status, response.body, challenge)
    };
    let cookie = |value: &str| format!("theme=dark; session={value}");
    let refused = r#"{"detail":[{"msg":"Not authenticated","type":"security"}]}"#;
    let refused = (401, refused.to_owned(), Some("Bearer".to_owned()));
    let served = |name: &str| (200, format!("\"{name}\""), None);

    assert_eq!(ask(&[("Cookie", &cookie(&bob))]), served("bob smith"));
    // The last cookie of a name counts, as in `Cookies`.
    let twice = format!("session={bob}; {}", cookie(&ann));
    assert_eq!(ask(&[("Cookie", &twice)]), served("ann"));
    // The header is the first of the chain.
    let header = format!("Bearer {ann}");
    let both = [("Cookie", cookie(&bob)), ("Authorization", header.clone())];
    let both = both.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(ask(&both), served("ann"));

    assert_eq!(ask(&[]), refused);
    assert_eq!(ask(&[("Cookie", &cookie("x"))]), refused);
    assert_eq!(ask(&[("Cookie", &header)]), refused);
    let expired = token(&json!({"exp": now() - 1}));
    assert_eq!(ask(&[("Cookie", &cookie(&expired))]), refused);
}

#[test]
fn the_document_has_the_cookie() {
    let router = Router::new("").route("x/", FromCookie { jwt: jwt() });
    let api = router.build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    assert_eq!(
        document["paths"]["/x/"]["get"]["security"],
        json!([{"jwt": []}, {"jwt_cookie": []}])
    );
    assert_eq!(
        document["components"]["securitySchemes"]["jwt_cookie"],
        json!({
            "type": "apiKey", "name": "session", "in": "cookie", "description": "JWT cookie auth",
        })
    );
}

#[derive(Serialize, Deserialize)]
struct Login {
    sub: String,
    role: String,
}

struct LoggedIn {
    jwt: Jwt<Login>,
}

#[controller(auth = [self.jwt.clone()])]
impl Controller for LoggedIn {
    async fn get(&self, Principal(login): Principal<Login>) -> String {
        format!("{} {}", login.sub, login.role)
    }

    #[modify(auth = None)]
    async fn post(&self, Body(seconds): Body<u64>) -> Result<String, AnyError> {
        let (sub, role) = ("ann".to_owned(), "admin".to_owned());
        let lifetime = Duration::from_secs(seconds);
        Ok(self.jwt.issue(&Login { sub, role }, lifetime)?)
    }
}

#[test]
fn a_login_issues_a_token() {
    let jwt = Jwt::new(Algorithm::HS512, &[7; 64]).expect("the secret is long enough");
    let address = serve_one(LoggedIn { jwt });
    let login = |seconds: &str| {
        let json_body = [("Content-Type", "application/json")];
        let token = send_body(&address, "POST", "/", &json_body, seconds.as_bytes());
        let token: String = serde_json::from_str(&token.body).expect("a text");
        let authorization = format!("Bearer {token}");
        let response = send(&address, "GET", "/", &[("Authorization", &authorization)]);
        (response.status, response.body)
    };
    assert_eq!(login("60"), (200, "\"ann admin\"".to_owned()));
    assert_eq!(login(&u64::MAX.to_string()).0, 200);
    // It has expired at once.
    assert_eq!(login("0").0, 401);
}

#[test]
fn what_cannot_be_issued() {
    let hour = Duration::from_secs(3600);
    let key = DecodingKey::from_secret(SECRET);
    let verifies: Jwt<String> = Jwt::with_key(Algorithm::HS256, key).expect("a key for it");
    let error = verifies
        .issue(&"ann".to_owned(), hour)
        .expect_err("it only verifies");
    assert!(
        matches!(error, JwtError::NotIssuer(Algorithm::HS256)),
        "{error}"
    );
    let no_struct: Jwt<String> = Jwt::new(Algorithm::HS256, SECRET).expect("long enough");
    let error = no_struct
        .issue(&"ann".to_owned(), hour)
        .expect_err("no struct");
    assert_eq!(
        error.to_string(),
        "a token cannot have these claims: write a struct"
    );
}
