//! Routers inside of routers, and routers inside of applications of actix-web.

use std::net::TcpListener;

use actix_web::{App, HttpServer, web};
use dmr::auth::{Auth, AuthOverride, Principal, SecurityScheme};
use dmr::server::ApiService;
use dmr::{
    Body, Controller, Error, IntoService, NotFound, OpenApi, Path, ProblemDetails, Request, Router,
    Settings, controller,
};
use serde_json::{Value, json};

use crate::client::{get, send_body, serve};
use crate::log::Log;

struct Number;

#[controller]
impl Controller for Number {
    async fn get(&self) -> u8 {
        1
    }

    async fn post(&self, body: Body<String>) -> usize {
        body.0.len()
    }
}

struct Named;

#[controller]
impl Controller for Named {
    async fn get(&self, Path((tenant, id)): Path<(String, u32)>) -> String {
        format!("{id} of {tenant}")
    }
}

#[derive(Clone)]
struct Key;

impl Auth for Key {
    type Principal = String;

    async fn authenticate(&self, request: &Request) -> Result<Option<String>, Error> {
        Ok(request.header_str("X-Key").map(str::to_owned))
    }

    fn scheme(&self) -> SecurityScheme {
        SecurityScheme::api_key_header("key", "X-Key", "")
    }
}

struct WhoAmI;

#[controller]
impl Controller for WhoAmI {
    async fn get(&self, user: Principal<String>) -> String {
        user.0
    }
}

fn nested() -> Router {
    let tenants = Router::new("{tenant}/")
        .add_tags(["tenants"])
        .route("items/{id}/", Named);
    let v1 = Router::new("")
        .add_tags(["v1"])
        .max_body_size(8)
        .not_found(NotFound::new(["/"]).model::<ProblemDetails>())
        .route("number/", Number)
        .include("tenants/", tenants);
    let closed = Router::new("closed/").auth([Key]).route("me/", WhoAmI);
    Router::new("api/")
        .settings(Settings::new().debug(false).tags(["all"]))
        .route("number/", Number)
        .include("v1/", v1)
        .include("/", closed)
        .not_found(NotFound::new(["/api/"]))
}

fn document(router: Router) -> Value {
    let api = router.build().expect("it is right");
    serde_json::from_slice(api.openapi()).expect("JSON")
}

#[test]
fn one_document_for_all_routers() {
    let document = document(nested());
    let paths = document["paths"].as_object().expect("an object");
    assert_eq!(
        paths.keys().collect::<Vec<_>>(),
        [
            "/api/number/",
            "/api/v1/number/",
            "/api/v1/tenants/{tenant}/items/{id}/",
            "/api/closed/me/",
        ]
    );
    let tags = |path: &str| &paths[path]["get"]["tags"];
    assert_eq!(*tags("/api/number/"), json!(["all"]));
    assert_eq!(
        *tags("/api/v1/tenants/{tenant}/items/{id}/"),
        json!(["all", "v1", "tenants"])
    );
    assert!(paths["/api/closed/me/"]["get"]["security"].is_array());
}

#[test]
fn the_options_of_a_router_count_for_what_is_inside() {
    let address = serve(nested());
    let body = br#""ten bytes.""#;
    let json = [("Content-Type", "application/json")];
    let post = |path: &str| send_body(&address, "POST", path, &json, body).status;
    assert_eq!(post("/api/number/"), 201);
    assert_eq!(post("/api/v1/number/"), 413);
    assert_eq!(
        get(&address, "/api/v1/tenants/x/items/7/").body,
        r#""7 of x""#
    );
    assert_eq!(get(&address, "/api/closed/me/").status, 401);
    assert_eq!(get(&address, "/api/number/").status, 200);
}

#[test]
fn the_longest_prefix_answers_for_what_is_not_there() {
    let address = serve(nested());
    let inner = get(&address, "/api/v1/nothing");
    assert_eq!(inner.status, 404);
    assert!(inner.body.contains(r#""status":404"#), "{}", inner.body);
    let outer = get(&address, "/api/nothing");
    assert_eq!(outer.status, 404);
    assert!(!outer.body.contains(r#""status":404"#), "{}", outer.body);
}

#[test]
fn an_override_counts_for_its_router_only() {
    let me = || Router::new("").auth([Key]).route("me", WhoAmI);
    let bob = AuthOverride::principal("bob".to_owned());
    let address = serve(
        Router::new("")
            .include("a/", me().override_auth(bob))
            .include("b/", me()),
    );
    assert_eq!(get(&address, "/a/me").body, r#""bob""#);
    assert_eq!(get(&address, "/b/me").status, 401);
}

#[test]
fn mistakes_of_included_routers() {
    let inner = || Router::new("").route("number/", Number);
    let errors = |router: Router| router.build().expect_err("it is wrong").errors().join("\n");
    let settings = inner().settings(Settings::new());
    let text = errors(Router::new("").include("v1/", settings));
    assert!(
        text.contains("the router that is included at /v1/ has `settings`"),
        "{text}"
    );
    let text = errors(Router::new("").include("", inner()).include("/", inner()));
    assert!(text.contains("two routes for the path /number/"), "{text}");
    let not_found = |prefix| inner().not_found(NotFound::new([prefix]));
    let outer = not_found("/v1").include("v1", Router::new("").not_found(NotFound::new([""])));
    let text = errors(outer);
    assert!(
        text.contains("two not-found answers for the prefix /v1"),
        "{text}"
    );
}

/// Runs a server of actix-web until the process ends, and returns its address.
fn start(configure: fn(&mut web::ServiceConfig)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            HttpServer::new(move || App::new().configure(configure))
                .workers(1)
                .listen(listener)
                .expect("it listens")
                .run()
                .await
                .expect("it starts");
        });
    });
    address
}

fn service(path: &'static str) -> ApiService {
    let settings = Settings::new().openapi(OpenApi::new("x", "1").path(path));
    let router = Router::new("").settings(settings).route("number", Number);
    router.into_service().expect("it is right")
}

#[test]
fn the_document_names_the_scope_as_its_server() {
    let address = start(|config| {
        let scope = |path: &str| web::scope(path).service(service("/docs/openapi.json"));
        config.service(web::scope("/v1").service(scope("/{tenant}")));
        config.service(scope("/v2"));
        config.service(service("/docs/openapi.json"));
    });
    let servers = |path: &str| {
        let document: Value = serde_json::from_str(&get(&address, path).body).expect("JSON");
        document["servers"].clone()
    };
    assert_eq!(
        servers("/v1/a/docs/openapi.json"),
        json!([{"url": "/v1/a"}])
    );
    assert_eq!(servers("/v2/docs/openapi.json"), json!([{"url": "/v2"}]));
    assert_eq!(servers("/docs/openapi.json"), Value::Null);
    assert_eq!(get(&address, "/v2/number").body, "1");
}

#[test]
fn servers_that_the_settings_name() {
    let openapi = OpenApi::new("x", "1").servers(["https://example.com/v1"]);
    let router = Router::new("").settings(Settings::new().openapi(openapi));
    let document = document(router.route("number", Number));
    assert_eq!(
        document["servers"],
        json!([{"url": "https://example.com/v1"}])
    );
}

/// What the log says about an `App` that starts.
async fn start_log(configure: fn(&mut web::ServiceConfig)) -> String {
    let log = Log::default();
    let logging = tracing::subscriber::set_default(log.subscriber());
    let app = actix_web::test::init_service(App::new().configure(configure)).await;
    drop(logging);
    // The first document is served, and actix-web still knows its pattern.
    let request = actix_web::test::TestRequest::with_uri("/v1/docs/openapi.json").to_request();
    let response = actix_web::test::call_service(&app, request).await;
    let pattern = response.request().match_pattern();
    assert_eq!(pattern.as_deref(), Some("/v1/docs/openapi.json"));
    log.text()
}

/// Two documents in one scope: the log names both routers. Documents in two scopes stand side by
/// side.
#[actix_web::test]
async fn two_documents_in_one_scope_are_logged() {
    fn named(title: &'static str) -> ApiService {
        let settings = Settings::new().openapi(OpenApi::new(title, "1"));
        let router = Router::new("").settings(settings).route(title, Number);
        router.into_service().expect("it is right")
    }
    let log = start_log(|config| {
        let add = |config: &mut web::ServiceConfig| {
            config.service(named("books"));
        };
        let scope = web::scope("/v1").service(named("users"));
        config.service(scope.configure(add));
    });
    let expected =
        "the routers `users` and `books` serve their OpenAPI documents at /v1/docs/openapi.json";
    assert!(log.await.contains(expected));
    let log = start_log(|config| {
        config.service(web::scope("/v1").service(named("users")));
        config.service(web::scope("/v2").service(named("books")));
        config.service(named("loans"));
    });
    assert_eq!(log.await, "");
    // A scope and the `App` itself.
    let log = start_log(|config| {
        let inner = web::scope("/b").service(named("users"));
        config.service(web::scope("/v1").service(named("books")).service(inner));
        let settings =
            Settings::new().openapi(OpenApi::new("all", "1").path("v1/b/docs/openapi.json"));
        let router = Router::new("").settings(settings).route("number", Number);
        config.service(router.into_service().expect("it is right"));
    });
    let expected =
        "the routers `all` and `users` serve their OpenAPI documents at /v1/b/docs/openapi.json";
    assert!(log.await.contains(expected));
}

/// The second document could never be seen.
#[actix_web::test]
async fn two_documents_at_one_path_are_an_error() {
    use actix_service::ServiceFactory;
    let started = |first, second| async move {
        let app = App::new().service(service(first)).service(service(second));
        let factory = actix_service::IntoServiceFactory::into_factory(app);
        factory
            .new_service(actix_web::dev::AppConfig::default())
            .await
            .is_ok()
    };
    assert!(!started("/docs/openapi.json", "/docs/openapi.json").await);
    assert!(started("/docs/openapi.json", "/other.json").await);
    // Each `App` is looked at by itself.
    assert!(started("/docs/openapi.json", "/other.json").await);
}
