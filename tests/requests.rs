//! Valid and invalid requests: components, negotiation, authentication, errors, and garbage.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use client::{Connection, get, send, send_body, serve};
use dmr::auth::{Algorithm, AuthChain, Jwt, JwtError, Principal};
use dmr::stream::Csv;
use dmr::stream::events;
use dmr::{
    Body, Controller, Error, ErrorModel, Headers, Json, JsonLines, OpenApi, Query, Response,
    ResponseSpec, Router, Settings, StatusCode, ValidateResponses, controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

fn settings() -> Settings {
    Settings::new().debug(false)
}

fn serve_one(controller: impl Controller) -> String {
    serve(Router::new("").settings(settings()).route("", controller))
}

/// The texts of an error response.
fn texts(body: &str) -> Vec<String> {
    let model: ErrorModel = serde_json::from_str(body).expect("the error model");
    model.detail.into_iter().map(|detail| detail.msg).collect()
}

mod components {
    use super::*;

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Order {
        Up,
        Down,
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        q: String,
        #[schemars(range(min = 1))]
        #[serde(default = "one")]
        page: u8,
        #[serde(default)]
        tags: Vec<i64>,
        order: Option<Order>,
    }

    fn one() -> u8 {
        1
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Meta {
        #[serde(rename = "X-API-Token")]
        token: String,
        #[serde(rename = "X-Limit")]
        limit: Option<u32>,
    }

    struct Echo;

    #[controller]
    impl Controller for Echo {
        async fn get(&self, filter: Query<Filter>, meta: Headers<Meta>) -> Json {
            Json(json!([filter.0, meta.0]))
        }
    }

    const TOKEN: (&str, &str) = ("x-api-token", "t");

    #[test]
    fn text_becomes_the_types_of_the_fields() {
        let response = send(
            &serve_one(Echo),
            "GET",
            "/?q=a&tags=1&q=b+%C3%A9&tags=-2&page=2&order=down",
            &[("X-LIMIT", "7"), TOKEN],
        );
        assert_eq!(
            response.body,
            "[{\"q\":\"b é\",\"page\":2,\"tags\":[1,-2],\"order\":\"down\"},\
             {\"X-API-Token\":\"t\",\"X-Limit\":7}]"
        );
    }

    #[test]
    fn headers_of_one_name_are_joined() {
        let headers = [TOKEN, ("X-API-TOKEN", "u"), ("X-Api-Token", "v, w")];
        let response = send(&serve_one(Echo), "GET", "/?q=a", &headers);
        assert!(
            response.body.contains(r#""X-API-Token":"t,u,v, w""#),
            "{}",
            response.body
        );
    }

    #[test]
    fn every_error_of_every_component_in_order() {
        let address = serve_one(Echo);
        let path = "/?page=300&tags=1&tags=x&order=left&other=1";
        let response = send(&address, "GET", path, &[("X-Limit", "-1")]);
        assert_eq!(response.status, 400);
        assert_eq!(
            texts(&response.body),
            [
                "Object contains unknown field `other` - at `$.parsed_query`",
                "Object missing required field `q` - at `$.parsed_query`",
                "Expected `int` <= 255 - at `$.parsed_query.page`",
                "Expected `int`, got `str` - at `$.parsed_query.tags[1]`",
                "Invalid enum value 'left' - at `$.parsed_query.order`",
                "Object missing required field `X-API-Token` - at `$.parsed_headers`",
                "Expected `int` >= 0 - at `$.parsed_headers.X-Limit`",
            ]
        );
        // A constraint that the type does not prove.
        let response = send(&address, "GET", "/?q=a&page=0", &[TOKEN]);
        assert_eq!(
            texts(&response.body),
            ["Expected `int` >= 1 - at `$.parsed_query.page`"]
        );
    }

    #[test]
    fn locations_are_added_where_asked_for() {
        let settings = settings().error_locations(true);
        let address = serve(Router::new("").settings(settings).route("", Echo));
        let response = send(&address, "GET", "/?tags=1&tags=x", &[]);
        assert_eq!(
            response.body,
            "{\"detail\":[\
             {\"msg\":\"Object missing required field `q` - at `$.parsed_query`\",\
             \"loc\":[\"parsed_query\",\"q\"],\"type\":\"value_error\"},\
             {\"msg\":\"Expected `int`, got `str` - at `$.parsed_query.tags[1]`\",\
             \"loc\":[\"parsed_query\",\"tags\",1],\"type\":\"value_error\"},\
             {\"msg\":\"Object missing required field `X-API-Token` - at `$.parsed_headers`\",\
             \"loc\":[\"parsed_headers\",\"X-API-Token\"],\"type\":\"value_error\"}]}"
        );
    }

    /// No request may panic or be a 500. actix closes the connections of requests that it refuses
    /// itself.
    #[test]
    fn malformed_requests_are_refused() {
        let address = serve_one(Echo);
        let many = "a&".repeat(60_000);
        let more = "a=1&".repeat(100_000);
        let head = |line: &str, headers: &[u8]| {
            let mut request = format!("{line}\r\nHost: localhost\r\n").into_bytes();
            request.extend_from_slice(headers);
            request.extend_from_slice(b"\r\n");
            request
        };
        let target = |target: &str| head(&format!("GET {target} HTTP/1.1"), b"X-API-Token: t\r\n");
        let get = |headers: &[u8]| head("GET /?q=a HTTP/1.1", headers);
        let huge = [b"X-API-Token: ".as_slice(), &b"t".repeat(1 << 20), b"\r\n"].concat();
        let accept = [
            b"X-API-Token: t\r\nAccept: ".as_slice(),
            &b"\",;q=".repeat(4096),
            b"\r\n",
        ]
        .concat();
        let requests = [
            get(b"X-API-Token: \xff\xfe\r\n"),
            get(b"X-API-Token: t\r\nX-Limit: \xc3\r\n"),
            get(&huge),
            get(&accept),
            get(b"X-API-Token: t\r\nAccept: \xff\r\n"),
            get(b"X-API-Token: t\r\nContent-Length: -1\r\n"),
            get(b"X-API-Token: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n"),
            get(b"X-API-Token t\r\n"),
            get(b"X API Token: t\r\n"),
            target(&format!("/?{many}")),
            target(&format!("/?{more}")),
            target(&format!("/?q={}", "%41".repeat(100_000))),
            target("/?q=%zz"),
            target("/?q=%4"),
            target("/?q=%"),
            target("/?q=%ff"),
            target("/?q=%c3%28"),
            target("/?%ff=1"),
            target("/?q=a&page=99999999999999999999999999"),
            target("/?q=a&page=1e400"),
            target("/?q=a&tags=%00"),
            target("/?q=a&order=%F0%9F%92%A9"),
            head("GET /?q=a HTTP/9.9", b""),
            head("GET", b""),
            head(&format!("{} / HTTP/1.1", "X".repeat(10_000)), b""),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".repeat(100),
        ];
        for request in requests {
            let mut connection = Connection::open(&address);
            // The server may close the connection before it has read everything.
            let _ = connection.try_write(&request);
            let (status, headers) = connection.head();
            let start = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
            // A request longer than any head that actix reads may be cut off while it is being
            // sent.
            let cut = status == 0 && request.len() > 128 * 1024;
            assert!(cut || (400..500).contains(&status), "{status} for {start}");
            if headers.contains_key("content-type") {
                assert_eq!(headers["content-type"], "application/json", "{start}");
            }
        }
        // A garbage chunked body, which this endpoint does not read.
        let mut connection = Connection::open(&address);
        let chunked = b"X-API-Token: t\r\nTransfer-Encoding: chunked\r\n";
        connection.write(&head("GET /?q=a HTTP/1.1", chunked));
        let _ = connection.try_write(b"zzz\r\nnot a chunk\r\n");
        assert!(connection.head().0 < 500);

        let response = send(&address, "GET", "/?q=still+there", &[TOKEN]);
        assert_eq!(response.status, 200);
    }

    #[test]
    fn what_is_no_text_is_named() {
        let mut connection = Connection::open(&serve_one(Echo));
        connection.write(
            b"GET /?q=%zz HTTP/1.1\r\nHost: localhost\r\nX-API-Token: \xff\r\nX-Limit: 1\r\n\r\n",
        );
        assert_eq!(
            texts(&connection.response().body),
            [
                "Invalid percent-encoding in '%zz' - at `$.parsed_query`",
                "Expected `str`, got bytes that are not UTF-8 - at `$.parsed_headers.X-API-Token`",
            ]
        );
    }

    #[test]
    fn a_query_has_only_so_many_fields() {
        let address = serve_one(Echo);
        let response = send(
            &address,
            "GET",
            &format!("/?{}", "q=1&".repeat(1001)),
            &[TOKEN],
        );
        assert_eq!(response.status, 400);
        assert_eq!(
            texts(&response.body),
            ["Expected no more than 1000 query fields - at `$.parsed_query`"]
        );
        let response = send(
            &address,
            "GET",
            &format!("/?{}", "q=1&".repeat(1000)),
            &[TOKEN],
        );
        assert_eq!(response.status, 200);
    }

    struct Sum;

    #[controller]
    impl Controller for Sum {
        async fn post(&self, Body(numbers): Body<Vec<i64>>) -> i64 {
            numbers.into_iter().sum()
        }
    }

    #[test]
    fn a_response_lists_only_so_many_problems() {
        let address = serve_one(Sum);
        let json = [("Content-Type", "application/json")];
        for (wrong, more) in [(1000, 0), (1001, 1), (9000, 1)] {
            let body = format!("[{}1]", "\"x\",".repeat(wrong));
            let response = send_body(&address, "POST", "/", &json, body.as_bytes());
            assert_eq!(response.status, 400);
            let mut expected: Vec<String> = (0..1000)
                .map(|index| format!("Expected `int`, got `str` - at `$.parsed_body[{index}]`"))
                .collect();
            expected.extend(
                (0..more).map(|_| "There are more problems, which are not listed".to_owned()),
            );
            assert_eq!(texts(&response.body), expected);
        }
    }
}

mod responses {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("division by zero")]
    struct ZeroDivision;

    struct Answers;

    #[controller(responses = [ResponseSpec::new::<ErrorModel>(StatusCode::PAYMENT_REQUIRED)])]
    impl Controller for Answers {
        /// The hook knows this error.
        async fn get(&self) -> Result<u32, Error> {
            Err(Error::internal(ZeroDivision))
        }

        /// The hook does not know this error.
        async fn put(&self) -> Result<u32, Error> {
            Err(Error::internal("the disk is full"))
        }

        /// No body, with the status of a `POST`.
        async fn post(&self) {}

        /// A body that does not match the declaration.
        #[validate(ResponseSpec::new::<Vec<i64>>(StatusCode::OK))]
        async fn patch(&self) -> Response {
            Response::new(StatusCode::OK, Json(json!([1, "a"])))
        }

        #[validate(
            ResponseSpec::new::<Vec<i64>>(StatusCode::OK),
            validate_responses = ValidateResponses::Off
        )]
        async fn delete(&self) -> Response {
            Response::new(StatusCode::OK, Json(json!([1, "a"])))
        }

        #[validate(
            ResponseSpec::new::<Vec<i64>>(StatusCode::OK),
            validate_responses = ValidateResponses::Log
        )]
        async fn query(&self) -> Response {
            Response::new(StatusCode::OK, Json(json!([1, "a"])))
        }

        async fn handle_error(&self, error: &Error) -> Option<Response> {
            let error: &ZeroDivision = error.downcast_ref()?;
            Some(Response::new(
                StatusCode::PAYMENT_REQUIRED,
                ErrorModel::msg(error),
            ))
        }
    }

    #[test]
    fn errors_and_declarations() {
        let address = serve_one(Answers);
        let cases = [
            ("GET", 402, r#"{"detail":[{"msg":"division by zero"}]}"#),
            (
                "PUT",
                500,
                r#"{"detail":[{"msg":"Internal server error","type":"internal_error"}]}"#,
            ),
            ("POST", 201, ""),
            (
                "PATCH",
                422,
                "{\"detail\":[{\"msg\":\"Expected `int`, got `str` - at `$[1]`\",\"type\":\"value_error\"}]}",
            ),
            ("DELETE", 200, r#"[1,"a"]"#),
            ("QUERY", 200, r#"[1,"a"]"#),
            (
                "TRACE",
                405,
                "{\"detail\":[{\"msg\":\"Method 'TRACE' is not allowed, allowed: ['DELETE', 'GET', \
                 'PATCH', 'POST', 'PUT', 'QUERY']\",\"type\":\"not_allowed\"}]}",
            ),
        ];
        for (method, status, body) in cases {
            let response = send(&address, method, "/", &[("Accept", "*/*")]);
            assert_eq!(
                (response.status, response.body.as_str()),
                (status, body),
                "{method}"
            );
            assert_eq!(
                response.headers["content-type"], "application/json",
                "{method}"
            );
        }
        let response = send(&address, "TRACE", "/", &[("Accept", "text/html")]);
        assert_eq!(
            response.headers["allow"],
            "DELETE, GET, PATCH, POST, PUT, QUERY"
        );
        assert_eq!(
            send(&address, "GET", "/", &[("Accept", "text/html")]).status,
            406
        );
    }

    #[test]
    fn what_an_actix_app_has_beside_it_stays() {
        use actix_web::{App, HttpResponse, HttpServer, web};
        use dmr::IntoService;

        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        let router = Router::new("api/")
            .settings(settings())
            .route("answers/", Answers);
        let api = router.into_service().expect("the router is right");
        std::thread::spawn(move || {
            let server = HttpServer::new(move || {
                let health = web::get().to(|| async { HttpResponse::Ok().body("fine") });
                App::new().route("/health", health).service(api.clone())
            });
            let server = server
                .workers(1)
                .listen(listener)
                .expect("it listens")
                .run();
            actix_web::rt::System::new().block_on(server)
        });
        assert_eq!(get(&address, "/health").body, "fine");
        assert_eq!(get(&address, "/api/answers/").status, 402);
        assert_eq!(get(&address, "/api/nothing/").status, 404);
        assert_eq!(get(&address, "/docs/openapi.json").status, 200);
    }
}

mod authentication {
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
}

mod startup {
    use super::*;

    #[derive(Deserialize, JsonSchema)]
    struct Page {
        #[allow(dead_code, reason = "only described")]
        after: u64,
    }

    mod other {
        #[derive(serde::Serialize, schemars::JsonSchema)]
        pub(super) struct Thing {
            pub(super) name: String,
        }
    }

    #[derive(Serialize, JsonSchema)]
    struct Thing {
        id: u64,
    }

    type AlsoHeaders = Headers<Page>;

    struct Wrong;

    #[controller]
    impl Controller for Wrong {
        #[modify(operation_id = "same")]
        async fn get(&self, _: Headers<Page>, _: AlsoHeaders) -> Thing {
            Thing { id: 1 }
        }

        #[modify(operation_id = "same")]
        async fn put(&self, _: Principal<String>) -> other::Thing {
            other::Thing {
                name: String::new(),
            }
        }

        #[modify(status_code = StatusCode::NO_CONTENT)]
        async fn post(&self, _: Query<i64>) -> u32 {
            1
        }

        async fn patch(&self) -> Response {
            Response::empty(StatusCode::OK)
        }

        #[modify(ping_interval = Duration::from_secs(1))]
        async fn delete(&self) -> Csv<'_, u32> {
            events! { yield 1; }
        }

        #[modify(responses = [ResponseSpec::new::<String>(StatusCode::OK)])]
        async fn query(&self) -> u32 {
            1
        }
    }

    #[test]
    fn every_mistake_of_an_application_is_reported_at_once() {
        let router = Router::new("api")
            .settings(settings().openapi(OpenApi::new("Wrong", "1").path("/api/wrong")))
            .route("wrong", Wrong)
            .route("wrong", Wrong);
        let errors = router.build().expect_err("everything is wrong");
        let mut errors = errors.errors().to_vec();
        errors.dedup();
        for expected in [
            "GET /api/wrong: two header components: put the fields into one struct",
            "PUT /api/wrong: it takes `Principal<alloc::string::String>`, but not every `auth` of the endpoint yields one",
            "POST /api/wrong: the query model `int64`: it must be a struct with named fields, or a map",
            "POST /api/wrong: a response with the status 204 cannot have a body: declare `()`",
            "PATCH /api/wrong: it returns a finished response, but declares none: write \
             `#[validate(ResponseSpec::new::<T>(status))]`",
            "DELETE /api/wrong: `ping_interval` is set, but 'text/csv' has no pings, and `ping_event` gives nothing to send",
            "QUERY /api/wrong has multiple responses for the status 200, but with different metadata",
            "two routes for the path /api/wrong",
            "Operation ID 'same' is already registered: give PUT /api/wrong another `operation_id`",
            "the OpenAPI document and a controller share the path /api/wrong",
        ] {
            assert!(
                errors.iter().any(|error| error == expected),
                "{expected}\n{errors:#?}"
            );
        }
    }
}
