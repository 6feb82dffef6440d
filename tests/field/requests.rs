//! The request is in reach of endpoints, dependencies and auths.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::dev::Service as _;
use actix_web::web::Data;
use actix_web::{App, HttpMessage as _, test as actix};
use dmr::actix::{AppData, Extension, HttpRequest};
use dmr::auth::{Auth, Principal, SecurityScheme};
use dmr::component::{Dependency, Depends, PeerAddr, State, States};
use dmr::http::request::Parts;
use dmr::test::TestClient;
use dmr::{
    Controller, Error, IntoService, Query, Request, ResponseSpec, Router, StatusCode, controller,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::{send, serve};

/// The document of a router.
fn document(router: Router) -> Value {
    let api = router.build().expect("it is right");
    serde_json::from_slice(api.openapi()).expect("JSON")
}

fn problems(router: Router) -> String {
    router.build().expect_err("it is wrong").to_string()
}

struct Head;

#[controller]
impl Controller for Head {
    async fn get(&self, head: Parts, peer: PeerAddr) -> Vec<String> {
        vec![
            head.method.to_string(),
            head.uri.to_string(),
            format!("{:?}", head.version),
            head.headers["x-trace"]
                .to_str()
                .unwrap_or_default()
                .to_owned(),
            peer.ip().to_string(),
        ]
    }
}

#[test]
fn the_head_and_the_peer() {
    let address = serve(Router::new("").route("head/", Head));
    let response = send(&address, "GET", "/head/?a=%20b", &[("X-Trace", "7")]);
    let expected = json!(["GET", "/head/?a=%20b", "HTTP/1.1", "7", "127.0.0.1"]);
    assert_eq!(response.body, expected.to_string());
    let operation = &document(Router::new("").route("head/", Head))["paths"]["/head/"]["get"];
    assert_eq!(operation["parameters"], Value::Null);
    assert_eq!(operation["responses"]["400"], Value::Null);
}

#[derive(Clone)]
struct TraceId(u32);

struct Motd(&'static str);

struct Surroundings;

#[controller]
impl Controller for Surroundings {
    async fn get(
        &self,
        request: HttpRequest,
        trace: Extension<TraceId>,
        other: Option<Extension<String>>,
        motd: AppData<Motd>,
    ) -> (Option<String>, u32, bool, String) {
        let pattern = request.match_pattern();
        (pattern, trace.0.0, other.is_some(), motd.0.0.to_owned())
    }
}

#[actix_web::test]
async fn what_the_surrounding_app_gives() {
    let api = Router::new("").route("app/", Surroundings).into_service();
    let app = App::new()
        .app_data(Data::new(Motd("hello")))
        .wrap_fn(|request, service| {
            request.extensions_mut().insert(TraceId(7));
            service.call(request)
        })
        .service(api.expect("it is right"));
    let app = actix::init_service(app).await;
    let request = actix::TestRequest::get().uri("/app/").to_request();
    let body = actix::call_and_read_body(&app, request).await;
    assert_eq!(body, r#"["/app/",7,false,"hello"]"#);
}

/// A missing extension is a failure of the server.
#[actix_web::test]
async fn an_app_without_data() {
    let client = TestClient::new(Router::new("").route("app/", Surroundings)).await;
    let response = client.expect("it is right").get("/app/").send().await;
    assert_eq!(response.status(), 500);
}

/// Authenticates by what a middleware left.
struct ByExtension;

impl Auth for ByExtension {
    type Principal = TraceId;

    async fn authenticate(&self, request: &Request) -> Result<Option<TraceId>, Error> {
        let request = HttpRequest::of(request).ok_or_else(Error::unauthorized)?;
        let trace = request.extensions().get::<TraceId>().cloned();
        match request.headers().get("x-bad") {
            Some(_) => Err(Error::unauthorized()),
            None => Ok(trace),
        }
    }

    fn scheme(&self) -> SecurityScheme {
        SecurityScheme::api_key_header("trace", "X-Trace", "")
    }
}

struct OptionalLogin;

#[controller(auth = [ByExtension])]
impl Controller for OptionalLogin {
    async fn get(&self, trace: Option<Principal<TraceId>>) -> Option<u32> {
        trace.map(|trace| trace.0.0)
    }

    async fn post(&self, trace: Principal<TraceId>) -> u32 {
        trace.0.0
    }
}

#[actix_web::test]
async fn an_optional_login() {
    let router = || Router::new("").route("login/", OptionalLogin);
    let app = App::new()
        .wrap_fn(|request, service| {
            if request.headers().contains_key("x-trace") {
                request.extensions_mut().insert(TraceId(7));
            }
            service.call(request)
        })
        .service(router().into_service().expect("it is right"));
    let app = actix::init_service(app).await;
    let get = || actix::TestRequest::get().uri("/login/");
    let known = get().append_header(("X-Trace", "7")).to_request();
    assert_eq!(actix::call_and_read_body(&app, known).await, "7");
    let anonymous = actix::call_service(&app, get().to_request()).await;
    assert_eq!(anonymous.status(), 200);
    let bad = get().append_header(("X-Bad", "1")).to_request();
    assert_eq!(actix::call_service(&app, bad).await.status(), 401);
    let post = actix::TestRequest::post().uri("/login/").to_request();
    assert_eq!(actix::call_service(&app, post).await.status(), 401);

    let document = document(router());
    let path = &document["paths"]["/login/"];
    assert_eq!(path["get"]["security"], json!([{"trace": []}, {}]));
    assert_eq!(path["post"]["security"], json!([{"trace": []}]));
}

/// Counts its computations.
struct Counted(usize);

#[derive(Deserialize, JsonSchema)]
struct Tenant {
    #[schemars(length(min = 2))]
    tenant: String,
}

impl Dependency for Counted {
    type Components = (Query<Tenant>, State<Arc<AtomicUsize>>);

    async fn resolve((tenant, count): Self::Components) -> Result<Self, Error> {
        if tenant.tenant == "closed" {
            return Err(Error::msg(StatusCode::FORBIDDEN, "closed"));
        }
        Ok(Self(count.fetch_add(1, Ordering::SeqCst) + 1))
    }

    fn responses() -> Vec<ResponseSpec> {
        vec![ResponseSpec::error(StatusCode::FORBIDDEN)]
    }
}

/// Depends on another dependency.
struct Doubled(Rc<Counted>);

impl Dependency for Doubled {
    type Components = Depends<Counted>;

    async fn resolve(Depends(counted): Depends<Counted>) -> Result<Self, Error> {
        Ok(Self(counted))
    }
}

#[derive(Deserialize, JsonSchema)]
struct Filter {
    #[serde(default)]
    word: String,
    #[serde(default)]
    limit: u8,
}

struct Counting {
    count: Arc<AtomicUsize>,
}

#[controller]
impl Controller for Counting {
    async fn get(
        &self,
        Query(filter): Query<Filter>,
        doubled: Depends<Doubled>,
        counted: Depends<Counted>,
        again: Depends<Counted>,
    ) -> (String, u8, bool, usize) {
        let shared = Rc::ptr_eq(&doubled.0.0, &counted.0) && Rc::ptr_eq(&counted.0, &again.0);
        (filter.word, filter.limit, shared, counted.0.0)
    }

    fn provide_state(&self, states: &mut States) {
        states.offer(&self.count);
    }
}

fn counting() -> Router {
    let count = Arc::default();
    Router::new("").route("count/", Counting { count })
}

#[actix_web::test]
async fn a_dependency_is_computed_once_for_each_request() {
    let client = TestClient::new(counting()).await.expect("it is right");
    for round in 1..=2 {
        let response = client.get("/count/?tenant=abc&word=x").send().await;
        assert_eq!(response.json::<Value>(), json!(["x", 0, true, round]));
    }
    let refused = client.get("/count/?tenant=closed").send().await;
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.json::<Value>()["detail"][0]["msg"], "closed");
}

/// One 400 lists the problems of the method's components and of the dependency's, each once.
#[actix_web::test]
async fn the_components_of_a_dependency_are_invalid() {
    let client = TestClient::new(counting()).await.expect("it is right");
    let response = client.get("/count/?tenant=a&limit=-1").send().await;
    assert_eq!(response.status(), 400);
    let problems = response.json::<Value>()["detail"].clone();
    let problems = problems.as_array().expect("a list");
    let names = |problem: &Value, name| {
        problem["msg"]
            .as_str()
            .is_some_and(|msg| msg.contains(name))
    };
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(names(&problems[0], "$.parsed_query.limit"), "{problems:?}");
    assert!(names(&problems[1], "$.parsed_query.tenant"), "{problems:?}");
}

#[test]
fn a_dependency_is_documented() {
    let operation = &document(counting())["paths"]["/count/"]["get"];
    let parameters = operation["parameters"].as_array().expect("a list");
    let names: Vec<_> = parameters.iter().map(|one| one["name"].as_str()).collect();
    assert_eq!(names, [Some("word"), Some("limit"), Some("tenant")]);
    assert!(operation["responses"]["403"].is_object());
    assert!(operation["responses"]["400"].is_object());
}

struct Stateless;

#[controller]
impl Controller for Stateless {
    async fn get(&self, counted: Depends<Counted>) -> usize {
        counted.0.0
    }
}

#[derive(Deserialize, JsonSchema)]
struct OtherTenant {
    #[serde(rename = "tenant")]
    _tenant: u8,
}

struct Conflicting;

#[controller]
impl Controller for Conflicting {
    async fn get(&self, _other: Query<OtherTenant>, _counted: Depends<Counted>) -> usize {
        0
    }

    fn provide_state(&self, states: &mut States) {
        states.offer(&Arc::<AtomicUsize>::default());
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Closed {
    #[serde(rename = "word")]
    _word: String,
}

struct Refusing;

#[controller]
impl Controller for Refusing {
    async fn get(&self, _closed: Query<Closed>, _counted: Depends<Counted>) -> usize {
        0
    }

    fn provide_state(&self, states: &mut States) {
        states.offer(&Arc::<AtomicUsize>::default());
    }
}

#[test]
fn mistakes_are_found_at_startup() {
    let stateless = problems(Router::new("").route("x/", Stateless));
    let offers = [
        "which nobody offers: write `.state(…)` on the router, or",
        "in the controller, `fn provide_state",
    ];
    for offer in offers {
        assert!(stateless.contains(offer), "{stateless}");
    }
    let conflicting = problems(Router::new("").route("x/", Conflicting));
    let schemas = "two components read the query field `tenant`, with different schemas";
    assert!(conflicting.contains(schemas), "{conflicting}");
    let refusing = problems(Router::new("").route("x/", Refusing));
    let closed = "the query model `Closed` refuses unknown fields, but `Tenant` reads others";
    assert!(refusing.contains(closed), "{refusing}");
}

/// A dependency that asks for the caller.
struct Audit(Option<u32>);

impl Dependency for Audit {
    type Components = Option<Principal<TraceId>>;

    async fn resolve(trace: Self::Components) -> Result<Self, Error> {
        Ok(Self(trace.map(|trace| trace.0.0)))
    }
}

struct Audited;

#[controller(auth = [ByExtension])]
impl Controller for Audited {
    async fn delete(&self, audit: Depends<Audit>) -> Option<u32> {
        audit.0.0
    }
}

/// Only a parameter of the method itself makes the login optional.
#[actix_web::test]
async fn a_dependency_does_not_open_an_endpoint() {
    let router = Router::new("").route("audited/", Audited);
    let app = App::new()
        .wrap_fn(|request, service| {
            if request.headers().contains_key("x-trace") {
                request.extensions_mut().insert(TraceId(7));
            }
            service.call(request)
        })
        .service(router.into_service().expect("it is right"));
    let app = actix::init_service(app).await;
    let delete = || actix::TestRequest::delete().uri("/audited/");
    let unknown = actix::call_service(&app, delete().to_request()).await;
    assert_eq!(unknown.status().as_u16(), 401);
    let known = delete().append_header(("X-Trace", "7")).to_request();
    let known = actix::call_and_read_body(&app, known).await;
    assert_eq!(known, "7");
}
