//! The mistakes of an application are errors when it is built. All of them are reported at once.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use dmr::auth::{AuthOverride, Principal};
use dmr::component::{ByMediaType, ConditionalBody, UploadedFile, Variants};
use dmr::http::StatusCode;
use dmr::options::{HttpSpec, MediaTypeModel};
use dmr::serializer::{Form, SerdeJson};
use dmr::{
    Body, Controller, CookieSpec, Files, HeaderSpec, Headers, Json, NewHeader, Path, Query,
    Response, ResponseSpec, Router, Settings, controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, JsonSchema)]
struct User {
    email: String,
}

/// The errors of a controller at `/x/`.
fn errors(controller: impl Controller) -> Vec<String> {
    errors_at("x/", controller)
}

fn errors_at(path: &str, controller: impl Controller) -> Vec<String> {
    let router = Router::new("").settings(Settings::new().debug(false));
    match router.route(path, controller).build() {
        Ok(_) => Vec::new(),
        Err(errors) => errors.errors().to_vec(),
    }
}

macro_rules! controller {
    ($name:ident $(($($options:tt)*))? { $($body:tt)* }) => {
        struct $name;

        #[controller $(($($options)*))?]
        impl Controller for $name { $($body)* }
    };
}

controller!(TwoSpecs {
    #[validate(
        ResponseSpec::new::<i64>(StatusCode::OK),
        ResponseSpec::new::<String>(StatusCode::OK),
        ResponseSpec::new::<i64>(StatusCode::CREATED),
        ResponseSpec::new::<i64>(StatusCode::CREATED),
    )]
    async fn get(&self) -> Response {
        Response::data(1)
    }
});

#[test]
fn rule_07_one_status_with_two_meanings() {
    assert_eq!(
        errors(TwoSpecs),
        ["GET /x/ has multiple responses for the status 200, but with different metadata"]
    );
}

controller!(SetCookie {
    #[validate(ResponseSpec::empty(StatusCode::OK).header("set-cookie", HeaderSpec::new()))]
    async fn get(&self) -> Response {
        Response::empty(StatusCode::OK)
    }

    #[modify(headers = [("Set-Cookie", NewHeader::new("a=b"))])]
    async fn put(&self) {}

    #[validate(ResponseSpec::empty(StatusCode::OK).header("a b", HeaderSpec::new()))]
    async fn post(&self) -> Response {
        Response::empty(StatusCode::OK)
    }

    #[modify(headers = [("X-A", NewHeader::new("a\nb"))])]
    async fn patch(&self) {}
});

#[test]
fn rule_08_headers_that_cannot_be_declared() {
    let use_cookie =
        "Cannot use \"Set-Cookie\" header, declare the cookie with `.cookie(…)` instead";
    assert_eq!(
        errors(SetCookie),
        [
            format!("GET /x/: the response 200: {use_cookie}"),
            format!("PUT /x/: the response 200: {use_cookie}"),
            "POST /x/: the response 200: `a b` is not the name of a header".to_owned(),
            "PATCH /x/: the value of the header `X-A` has characters that no header can have"
                .to_owned(),
        ]
    );
}

controller!(SpecsOfValues {
    #[modify(
        header_specs = [("X-A", HeaderSpec::new()), ("X-B", HeaderSpec::new().skip_validation())],
        cookie_specs = [("a", CookieSpec::new()), ("b", CookieSpec::new().skip_validation())],
    )]
    async fn get(&self) {}
});

#[test]
fn rules_11_and_12_nothing_sets_a_declared_header() {
    assert_eq!(
        errors(SpecsOfValues),
        [
            "GET /x/: it returns a value, so that nothing sets the header `X-A` of a `HeaderSpec`: give the header \
             a value with `headers = [(\"X-A\", NewHeader::new(…))]`, or `skip_validation()`, if a middleware \
             adds it",
            "GET /x/: it returns a value, so that nothing sets the cookie `a` of a `CookieSpec`: give the cookie \
             a value with `cookies = [NewCookie::new(\"a\", …)]`, or `skip_validation()`, if a middleware \
             sets it",
        ]
    );
}

controller!(Bodies {
    #[modify(status_code = StatusCode::NO_CONTENT)]
    async fn put(&self) -> i64 {
        1
    }

    #[validate(ResponseSpec::new::<i64>(StatusCode::NOT_MODIFIED))]
    async fn patch(&self) -> Response {
        Response::empty(StatusCode::NOT_MODIFIED)
    }

    async fn get(&self, _: Body<User>) {}

    async fn delete(&self, _: Body<User>) {}
});

controller!(Excused(
    no_validate_http_spec = [HttpSpec::EmptyRequestBody, HttpSpec::EmptyResponseBody]
) {
    #[modify(status_code = StatusCode::NO_CONTENT)]
    async fn put(&self) -> i64 {
        1
    }

    async fn delete(&self, _: Body<User>) {}

    #[modify(no_validate_http_spec = None)]
    async fn get(&self, _: Body<User>) {}
});

#[test]
fn rules_13_and_14_bodies_where_http_has_none() {
    let no_body = "cannot have a request body, but the endpoint takes one";
    assert_eq!(
        errors(Bodies),
        [
            "PUT /x/: a response with the status 204 cannot have a body: declare `()`".to_owned(),
            "PATCH /x/: a response with the status 304 cannot have a body: declare `()`".to_owned(),
            format!("GET /x/: HTTP method 'GET' {no_body}"),
            format!("DELETE /x/: HTTP method 'DELETE' {no_body}"),
        ]
    );
    // The option turns the rules off. `None` turns them on again.
    assert_eq!(
        errors(Excused),
        [format!("GET /x/: HTTP method 'GET' {no_body}")]
    );
}

/// Rules 15, 16 and 30 cannot be broken: if all lists are empty, the `Serializer` of the controller
/// is the parser and the renderer.
#[test]
fn rules_15_and_16_there_is_always_a_parser_and_a_renderer() {
    controller!(Empty(parsers = (), renderers = ()) {
        async fn post(&self, Body(user): Body<User>) -> User {
            user
        }
    });
    assert_eq!(errors(Empty), Vec::<String>::new());
}

controller!(Undeclared {
    async fn get(&self) -> Response {
        Response::data(1)
    }
});

#[test]
fn rule_26_a_finished_response_that_nobody_declares() {
    assert_eq!(
        errors(Undeclared),
        [
            "GET /x/: it returns a finished response, but declares none: write \
          `#[validate(ResponseSpec::new::<T>(status))]`"
        ]
    );
    // Another level may declare the response.
    let spec = ResponseSpec::new::<i64>(StatusCode::OK);
    let router = Router::new("").responses([spec]).route("x/", Undeclared);
    assert!(router.build().is_ok());
}

enum Alone {
    User(#[allow(dead_code, reason = "only the model matters")] User),
}

impl ByMediaType for Alone {
    fn variants(variants: &mut Variants<Self>) {
        variants.add("application/xml", Self::User);
    }
}

controller!(OneModel {
    #[modify(by_media_type = [MediaTypeModel::new::<i64>("application/json")])]
    async fn get(&self) -> Json {
        Json::from(1)
    }

    async fn post(&self, _: ConditionalBody<Alone>) {}
});

#[test]
fn rule_28_one_model_is_no_choice() {
    assert_eq!(
        errors(OneModel),
        [
            "GET /x/: the response 200: a type for each media type must be given for two or more media types, got 1",
            "POST /x/: a `ConditionalBody` needs models for two or more media types, got 1",
            "POST /x/: a `ConditionalBody` has a model for 'application/xml', but no parser: add it to `parsers`",
        ]
    );
}

#[derive(Deserialize, JsonSchema)]
struct Uploads {
    #[allow(dead_code, reason = "only the model matters")]
    file: UploadedFile,
}

controller!(Unreadable(parsers = (SerdeJson, Form)) {
    async fn post(&self, _: Files<Uploads>) {}
});

#[test]
fn rule_29_files_without_a_parser_for_them() {
    assert_eq!(
        errors(Unreadable),
        [
            "POST /x/: `Files` requires at least one parser that can parse files, such as `Multipart`, found: \
          ['application/json', 'application/x-www-form-urlencoded']"
        ]
    );
}

controller!(SameIds {
    #[modify(operation_id = "same")]
    async fn get(&self) {}

    #[modify(operation_id = "same")]
    async fn put(&self) {}
});

#[test]
fn rule_40_one_id_for_two_operations() {
    assert_eq!(
        errors(SameIds),
        ["Operation ID 'same' is already registered: give PUT /x/ another `operation_id`"]
    );
}

mod other {
    #[derive(serde::Serialize, schemars::JsonSchema)]
    pub(super) struct User {
        pub(super) name: String,
    }
}

controller!(SameNames {
    async fn get(&self) -> User {
        User { email: String::new() }
    }

    async fn put(&self) -> other::User {
        other::User { name: String::new() }
    }
});

/// `tests/field/names.rs` has more tests of names.
#[test]
fn rule_41_two_types_of_one_name_are_not_a_mistake() {
    assert_eq!(errors(SameNames), Vec::<String>::new());
}

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "only the model matters")]
struct Ids {
    user_id: u64,
}

controller!(WrongPath {
    async fn get(&self, _: Path<Ids>) {}
});

controller!(WrongModels {
    async fn get(&self, _: Query<u64>, _: Headers<Vec<u8>>) {}

    async fn post(&self, _: Body<Pattern>) {}
});

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "only the model matters")]
struct Pattern {
    #[schemars(regex(pattern = "("))]
    text: String,
}

#[test]
fn models_that_cannot_be_read() {
    assert_eq!(
        errors_at("users/{id}/", WrongPath),
        [
            "GET /users/{id}/: the path has the parameter `{id}`, but the model `Ids` has no field `id`",
            "GET /users/{id}/: the path model `Ids` has the field `user_id`, but the path /users/{id}/ has no \
             `{user_id}`",
        ]
    );
    assert_eq!(
        errors(WrongModels),
        [
            "GET /x/: the query model `uint64`: it must be a struct with named fields, or a map",
            "GET /x/: the header model `Array_of_uint8`: it must be a struct with named fields, or a map",
            "POST /x/: the body model `Pattern`: the pattern `(` is not supported: unclosed group",
        ]
    );
}

controller!(TwoMetas(meta) {
    async fn meta(&self) {}
});

#[test]
fn two_endpoints_for_options() {
    assert_eq!(
        errors(TwoMetas),
        [
            "Operation ID 'optionsTwometasX' is already registered: give OPTIONS /x/ another `operation_id`",
            "OPTIONS /x/: two endpoints serve this method: remove the method, or the option `meta`",
        ][1..]
    );
}

/// All mistakes of a router are in one list.
#[test]
fn several_mistakes_are_reported_together() {
    let router = Router::new("api/")
        .settings(Settings::new().debug(false))
        .route("a/", TwoSpecs)
        .route("b/", Undeclared)
        .route("c/{id}/", WrongPath)
        .route("c/{id}/", SameIds);
    let errors = router.build().expect_err("nearly everything is wrong");
    let text = errors.to_string();
    assert_eq!(errors.errors().len(), 6, "{text}");
    assert!(
        text.starts_with("the application cannot be built:\n  - "),
        "{text}"
    );
    assert!(
        text.contains("\n  - two routes for the path /api/c/{id}/\n"),
        "{text}"
    );
}

struct One;

#[controller]
impl Controller for One {
    async fn get(&self) -> u8 {
        1
    }
}

/// The first route that matches takes the request, whatever its method.
#[test]
fn a_route_that_cannot_be_reached_is_refused() {
    let router = |paths: &[&str]| {
        let routes = paths.iter().copied();
        routes.fold(Router::new("api/"), |router, path| router.route(path, One))
    };
    let unreachable = |later: &str, earlier: &str| {
        format!(
            "the route {later} is never reached: {earlier} stands before it and matches the same requests; \
             mount the more specific path first, or write one controller for both"
        )
    };
    let errors = router(&["users/{id}/", "users/{name}/", "users/me/"]).build();
    let errors = errors.expect_err("two routes are never reached");
    assert_eq!(
        errors.errors(),
        [
            unreachable("/api/users/{name}/", "/api/users/{id}/"),
            unreachable("/api/users/me/", "/api/users/{id}/"),
        ]
    );
    for right in [
        ["users/me/", "users/{id}/"],
        [r"users/{id:\d+}/", "users/{name}/"],
    ] {
        router(&right).build().expect("each has its requests");
    }
}

#[derive(Clone)]
struct Claims(&'static str);

/// Refuses every request.
struct Closed;

impl dmr::auth::Auth for Closed {
    type Principal = Claims;

    async fn authenticate(&self, _: &dmr::Request) -> Result<Option<Claims>, dmr::Error> {
        Ok(None)
    }

    fn scheme(&self) -> dmr::auth::SecurityScheme {
        dmr::auth::SecurityScheme::api_key_header("closed", "X-Key", "Nobody has it")
    }
}

controller!(Guarded(auth = [Closed]) {
    async fn get(&self, claims: Principal<Claims>) -> String {
        claims.0.0.to_owned()
    }
});

/// The auth override of tests: the endpoint, the document and the startup checks stay the same.
#[actix_web::test]
async fn a_test_says_who_is_asking() {
    let router = || Router::new("").route("x/", Guarded);
    let client = dmr::test::TestClient::new(router())
        .await
        .expect("it is right");
    assert_eq!(client.get("/x/").send().await.status(), 401);

    let bob = AuthOverride::principal(Claims("bob"));
    let client = dmr::test::TestClient::new(router().override_auth(bob)).await;
    let client = client.expect("it is right");
    assert_eq!(client.get("/x/").send().await.json::<String>(), "bob");
    let document = client.get("/docs/openapi.json").send().await;
    assert!(document.text().contains(r#""security":[{"closed":[]}]"#));

    let nobody = AuthOverride::denied::<Claims>();
    let client = dmr::test::TestClient::new(router().override_auth(nobody)).await;
    let response = client.expect("it is right").get("/x/").send().await;
    assert_eq!(response.status(), 401);

    // A principal of another type is a mistake, like an auth of another type.
    let other = router()
        .override_auth(AuthOverride::principal(1_u8))
        .build();
    assert!(other.is_err());
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Endless {
    Number(i64),
    Same(Box<Endless>),
}

/// A type that contains itself is valid. A type that is its own variant is not.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Nested {
    Number(i64),
    List(Vec<Nested>),
}

controller!(Unions {
    async fn put(&self, nested: Body<Nested>) -> Nested {
        nested.0
    }

    async fn post(&self, endless: Body<Endless>) -> Endless {
        endless.0
    }
});

#[test]
fn a_union_is_no_variant_of_itself() {
    let same = "a variant of it is the type itself again, so that no value can be told to be of it";
    assert_eq!(
        errors(Unions),
        [
            format!("POST /x/: the response 201: {same}"),
            format!("POST /x/: the body model `Endless`: {same}"),
        ]
    );
}
