//! The innermost level that sets an option decides.

use dmr::auth::{Auth, AuthChain, SecurityScheme};
use dmr::options::{HttpSpec, Set};
use dmr::serializer::{Form, SerdeJson};
use dmr::{
    Body, Controller, Error, HeaderSpec, Middleware, Request, Response, ResponseSpec, Router,
    Settings, StatusCode, controller,
};
use serde_json::Value;

use crate::client::{send, serve};
use crate::log::Log;

const CONFLICT: StatusCode = StatusCode::CONFLICT;
const GONE: StatusCode = StatusCode::GONE;
const LOCKED: StatusCode = StatusCode::LOCKED;

#[derive(Clone)]
struct Key(&'static str);

impl Auth for Key {
    type Principal = String;

    async fn authenticate(&self, request: &Request) -> Result<Option<String>, Error> {
        let key = request.header_str("X-Key").filter(|key| *key == self.0);
        Ok(key.map(str::to_owned))
    }

    fn scheme(&self) -> SecurityScheme {
        SecurityScheme::api_key_header(self.0, "X-Key", "")
    }
}

fn document(router: Router) -> Value {
    let api = router.build().expect("it is right");
    serde_json::from_slice(api.openapi()).expect("JSON")
}

/// The operation of a verb of a controller at the root. All outer levels set options.
fn operation(controller: impl Controller, verb: &str) -> Value {
    let settings = Settings::new()
        .tags(["settings"])
        .responses([ResponseSpec::error(CONFLICT)])
        .deprecated(true)
        .parsers((Form,));
    let router = Router::new("")
        .settings(settings)
        .add_tags(["router"])
        .add_responses([ResponseSpec::error(GONE)]);
    document(router.route("", controller))["paths"]["/"][verb].take()
}

struct Silent;

#[controller]
impl Controller for Silent {
    async fn get(&self) -> u8 {
        1
    }

    #[modify(add_tags = ["endpoint"], add_responses = [ResponseSpec::error(LOCKED)])]
    async fn put(&self) -> u8 {
        1
    }
}

#[test]
fn a_level_that_adds() {
    let get = operation(Silent, "get");
    assert_eq!(get["tags"], serde_json::json!(["settings", "router"]));
    assert_eq!(get["deprecated"], true);
    let put = operation(Silent, "put");
    assert_eq!(
        put["tags"],
        serde_json::json!(["settings", "router", "endpoint"])
    );
    for status in ["409", "410", "423"] {
        assert!(put["responses"][status].is_object(), "{status}");
    }
}

struct Own;

#[controller(
    tags = ["controller"],
    responses = [ResponseSpec::error(LOCKED)],
    deprecated = false,
    parsers = (SerdeJson,),
)]
impl Controller for Own {
    async fn get(&self) -> u8 {
        1
    }

    #[modify(tags = ["endpoint"], responses = [ResponseSpec::error(GONE)], deprecated)]
    async fn put(&self, _: Body<Vec<String>>) -> u8 {
        1
    }

    #[validate(ResponseSpec::new::<u8>(StatusCode::OK))]
    async fn patch(&self) -> Response {
        Response::data(1_u8)
    }

    #[modify(tags = NO_TAGS, responses = NO_RESPONSES)]
    async fn post(&self) -> u8 {
        1
    }
}

const NO_TAGS: [&str; 0] = [];
const NO_RESPONSES: [ResponseSpec; 0] = [];

#[test]
fn a_level_that_replaces() {
    let get = operation(Own, "get");
    assert_eq!(get["tags"], serde_json::json!(["controller"]));
    assert_eq!(get["deprecated"], false);
    assert!(get["responses"]["423"].is_object());
    assert!(get["responses"]["409"].is_null() && get["responses"]["410"].is_null());
    let put = operation(Own, "put");
    assert_eq!(put["tags"], serde_json::json!(["endpoint"]));
    assert_eq!(put["deprecated"], true);
    assert!(put["responses"]["410"].is_object());
    assert!(put["responses"]["423"].is_null());
    let content = put["requestBody"]["content"].as_object().expect("content");
    assert_eq!(content.keys().collect::<Vec<_>>(), ["application/json"]);
    let post = operation(Own, "post");
    assert_eq!(post["tags"].as_array().map_or(0, Vec::len), 0);
    assert!(post["responses"]["423"].is_null());
}

/// The responses of an endpoint do not replace those that its controller may give.
#[test]
fn the_responses_of_validate_are_added() {
    let patch = operation(Own, "patch");
    assert!(patch["responses"]["200"].is_object());
    assert!(patch["responses"]["423"].is_object());
}

/// The responses of a middleware are not an option of a level.
#[test]
fn the_responses_of_a_middleware_always_count() {
    let layer = Middleware::new(actix_web::middleware::NormalizePath::trim).response(
        ResponseSpec::error(StatusCode::IM_A_TEAPOT)
            .header("X-Tea", HeaderSpec::new().skip_validation()),
    );
    let document = document(Router::new("").route_with("", Own, layer));
    for verb in ["get", "put", "patch", "post"] {
        let responses = &document["paths"]["/"][verb]["responses"];
        assert!(responses["418"].is_object(), "{verb}");
    }
}

struct Sets;

#[controller(exclude_semantic_responses = [StatusCode::NOT_ACCEPTABLE])]
impl Controller for Sets {
    async fn get(&self) -> u8 {
        1
    }

    #[modify(exclude_semantic_responses = [StatusCode::UNPROCESSABLE_ENTITY])]
    async fn put(&self) -> u8 {
        1
    }

    #[modify(
        exclude_semantic_responses = Set::from([StatusCode::UNPROCESSABLE_ENTITY]).and_inherited(),
        no_validate_http_spec = [HttpSpec::EmptyRequestBody],
    )]
    async fn post(&self) -> u8 {
        1
    }

    #[modify(exclude_semantic_responses = None)]
    async fn patch(&self) -> u8 {
        1
    }
}

#[test]
fn sets_replace_and_inherit() {
    let document = document(Router::new("").route("", Sets));
    for (verb, has_406, has_422) in [
        ("get", false, true),
        ("put", true, false),
        ("post", false, false),
        ("patch", true, true),
    ] {
        let responses = &document["paths"]["/"][verb]["responses"];
        assert_eq!(responses["406"].is_object(), has_406, "{verb}");
        assert_eq!(responses["422"].is_object(), has_422, "{verb}");
    }
}

struct Administration;

#[controller(auth = [Key("user")])]
impl Controller for Administration {
    async fn get(&self) -> u8 {
        1
    }

    #[modify(auth = [Key("admin")])]
    async fn delete(&self) -> u8 {
        1
    }

    #[modify(auth = AuthChain::of(Key("admin")).or_inherited())]
    async fn put(&self) -> u8 {
        1
    }
}

#[test]
fn an_endpoint_for_administrators_refuses_users() {
    let address = serve(Router::new("").route("", Administration));
    for (method, key, status) in [
        ("GET", "user", 200),
        ("GET", "admin", 401),
        ("DELETE", "user", 401),
        ("DELETE", "admin", 200),
        ("PUT", "user", 200),
        ("PUT", "admin", 200),
    ] {
        let response = send(&address, method, "/", &[("X-Key", key)]);
        assert_eq!(response.status, status, "{method} {key}");
    }
}

struct Opened;

#[controller]
impl Controller for Opened {
    #[modify(auth = None)]
    async fn get(&self) -> u8 {
        1
    }
}

struct OpenedInside;

#[controller(auth = [Key("user")])]
impl Controller for OpenedInside {
    #[modify(auth = None)]
    async fn get(&self) -> u8 {
        1
    }
}

/// Opened as a whole.
struct Open;

#[controller(auth = None)]
impl Controller for Open {
    async fn get(&self) -> u8 {
        1
    }

    #[modify(auth = None)]
    async fn put(&self) -> u8 {
        1
    }
}

#[test]
fn opening_what_is_closed_outside_is_a_warning() {
    let log = Log::default();
    tracing::subscriber::with_default(log.subscriber(), || {
        let router = Router::new("").auth([Key("router")]);
        let router = router.route("a", Opened).route("b", Open);
        router.build().expect("it is only a warning");
    });
    let log = log.text();
    assert!(
        log.contains(
            "GET /a: `auth = None` opens to everyone what the `auth` of its router closes"
        ),
        "{log}"
    );
    assert!(!log.contains("/b"), "{log}");
}

#[test]
fn opening_what_is_closed_outside_is_an_error_if_wanted() {
    let strict = || Settings::new().strict_auth(true);
    let closed = || strict().auth([Key("settings")]);
    let inside = Router::new("").settings(strict()).route("", OpenedInside);
    let in_router = Router::new("")
        .settings(strict())
        .auth([Key("router")])
        .include("", Router::new("").route("", Opened));
    let in_settings = Router::new("").settings(closed()).route("", Opened);
    for (router, level) in [
        (inside, "controller"),
        (in_router, "router"),
        (in_settings, "settings"),
    ] {
        let errors = router.build().expect_err("it opens").errors().join("\n");
        assert!(
            errors.contains(&format!("the `auth` of its {level} closes")),
            "{errors}"
        );
    }
    // On purpose, or with nothing to open.
    let api = Router::new("").settings(closed()).route("", Open).build();
    assert!(api.is_ok());
    let api = Router::new("").settings(strict()).route("", Opened).build();
    assert!(api.is_ok());
}
