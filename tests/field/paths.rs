//! Paths: patterns, tails, tuples, the slash at the end.

use dmr::http::HeaderValue;
use dmr::http::header::CONTENT_TYPE;
use dmr::options::TrailingSlash;
use dmr::{
    Body, Controller, NotFound, Path, Response, ResponseSpec, Router, Settings, StatusCode,
    controller,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::client::{get, send, serve};

#[derive(Deserialize, JsonSchema)]
struct Year {
    year: u16,
}

struct Years;

#[controller]
impl Controller for Years {
    async fn get(&self, path: Path<Year>) -> u16 {
        path.0.year
    }
}

fn router() -> Router {
    Router::new("")
        .settings(Settings::new().debug(false))
        .route(r"years/{year:\d{4}}/", Years)
}

/// The braces of a pattern are not those of a parameter.
#[test]
fn a_pattern_with_braces() {
    let api = router().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    let paths = document["paths"].as_object().expect("an object");
    assert_eq!(paths.keys().collect::<Vec<_>>(), ["/years/{year}/"]);
    let address = serve(router());
    assert_eq!(get(&address, "/years/1815/").body, "1815");
    assert_eq!(get(&address, "/years/15/").status, 404);
}

struct Typed;

#[controller]
impl Controller for Typed {
    #[validate(ResponseSpec::new::<u8>(StatusCode::OK))]
    async fn get(&self) -> Response {
        let html = HeaderValue::from_static("text/html");
        Response::data(1_u8).header(CONTENT_TYPE, html)
    }
}

/// The body determines the only media type.
#[test]
fn a_media_type_that_is_set_by_hand() {
    let response = get(&serve(Router::new("").route("", Typed)), "/");
    assert_eq!(response.header("content-type"), "application/json");
}

/// The paths of the document of a router with one controller for each path.
fn document(router: Router) -> Value {
    let api = router.build().expect("it is right");
    serde_json::from_slice(api.openapi()).expect("JSON")
}

fn errors(router: Router) -> String {
    router.build().expect_err("it is wrong").errors().join("\n")
}

#[test]
fn a_pattern_is_part_of_the_parameter() {
    let document = document(router());
    let operation = &document["paths"]["/years/{year}/"]["get"];
    assert_eq!(operation["operationId"], "getYearsYearsYear");
    assert_eq!(operation["parameters"][0]["schema"]["pattern"], r"^\d{4}$");
}

struct Unread;

#[controller]
impl Controller for Unread {
    async fn get(&self) -> u8 {
        1
    }
}

#[test]
fn a_parameter_that_no_component_reads_has_its_pattern() {
    let document = document(Router::new("").route("{kind:new|old}/", Unread));
    let parameter = &document["paths"]["/{kind}/"]["get"]["parameters"][0];
    assert_eq!(parameter["schema"]["pattern"], "^(?:new|old)$");
}

#[test]
fn a_literal_colon() {
    let router = || Router::new("").route("items:archive", Unread);
    let document = document(router());
    let operation = &document["paths"]["/items:archive"]["get"];
    assert_eq!(operation["operationId"], "getUnreadItemsArchive");
    assert_eq!(get(&serve(router()), "/items:archive").status, 200);
}

struct Tail;

#[controller]
impl Controller for Tail {
    async fn get(&self, tail: Path<String>) -> String {
        tail.0
    }
}

#[test]
fn a_tail() {
    let router = || Router::new("").route("files/{tail}*", Tail);
    let document = document(router());
    assert!(document["paths"]["/files/{tail}"]["get"].is_object());
    let address = serve(router());
    assert_eq!(get(&address, "/files/a/b%20c").body, r#""a/b c""#);
    assert_eq!(get(&address, "/files/").body, r#""""#);
}

struct Post;

#[controller]
impl Controller for Post {
    // Not in the order of the alphabet.
    async fn get(&self, Path((slug, number)): Path<(String, u32)>) -> String {
        format!("{number} of {slug}")
    }
}

#[derive(Deserialize, JsonSchema)]
struct Version(#[schemars(range(max = 9))] u8, Option<u8>);

struct Versions;

#[controller]
impl Controller for Versions {
    async fn get(&self, Path(Version(major, minor)): Path<Version>) -> (u8, Option<u8>) {
        (major, minor)
    }
}

#[test]
fn tuples_take_the_parameters_in_order() {
    let router = || {
        Router::new("")
            .settings(Settings::new().debug(false))
            .route("posts/{slug}/{number}/", Post)
            .route("v{major}.{minor}/", Versions)
            .route("one/{only}/", One)
    };
    let document = document(router());
    let parameters = &document["paths"]["/posts/{slug}/{number}/"]["get"]["parameters"];
    assert_eq!(parameters[0]["name"], "slug");
    assert_eq!(parameters[1]["name"], "number");
    assert_eq!(parameters[1]["schema"]["type"], "integer");
    let address = serve(router());
    assert_eq!(get(&address, "/posts/a%2Fb/7/").body, r#""7 of a/b""#);
    assert_eq!(get(&address, "/v2.10/").body, "[2,10]");
    assert_eq!(get(&address, "/one/5/").body, "5");
    for (path, place) in [("/posts/a/x/", "number"), ("/v10.1/", "major")] {
        let response = get(&address, path);
        assert_eq!(response.status, 400, "{}", response.body);
        assert!(response.body.contains(place), "{}", response.body);
    }
}

struct One;

#[controller]
impl Controller for One {
    async fn get(&self, Path((only,)): Path<(u8,)>) -> u8 {
        only
    }
}

#[test]
fn a_tuple_of_another_length_is_an_error() {
    let errors = errors(Router::new("").route("posts/{slug}/", Post));
    assert!(
        errors.contains("it has 2 members, but the path has 1 parameters"),
        "{errors}"
    );
}

#[test]
fn paths_that_no_request_reaches_are_errors() {
    for (path, expected) in [
        ("{*rest}", "no valid name"),
        ("{}", "no valid name"),
        ("{id", "no closing brace"),
        ("a?b=1", "contains `?`"),
        ("a#b", "contains `#`"),
        ("{a}/{a}", "the parameter `{a}` twice"),
        ("{a:(}", "not a regular expression"),
        ("a*", "has to follow a parameter"),
    ] {
        let errors = errors(Router::new("").route(path, Unread));
        assert!(errors.contains(expected), "{path}: {errors}");
    }
    // The parts of a path are read together.
    let errors = errors(Router::new("{a}/").include("b/", Router::new("").route("{a}/", Unread)));
    assert!(errors.contains("/{a}/b/{a}/"), "{errors}");
}

#[test]
fn two_paths_with_one_key_in_the_document_are_an_error() {
    let router = Router::new("")
        .route(r"years/{year:\d{4}}/", Years)
        .route("years/{year}/", Years);
    let errors = errors(router);
    assert!(
        errors.contains(r"the routes /years/{year:\d{4}}/ and /years/{year}/ are both /years/{year}/ in the document"),
        "{errors}"
    );
}

fn slashes(answer: TrailingSlash) -> String {
    let settings = Settings::new().debug(false).trailing_slash(answer);
    serve(
        Router::new("api/")
            .settings(settings)
            .route("users/", Unread)
            .route("users/{name}", User)
            .route("me", Unread)
            .not_found(NotFound::new(["/api/"])),
    )
}

struct User;

#[controller]
impl Controller for User {
    async fn get(&self, name: Path<String>) -> String {
        name.0
    }

    async fn post(&self, body: Body<String>) -> String {
        body.0
    }
}

#[test]
fn a_slash_at_the_end_is_significant_by_default() {
    let address = serve(Router::new("").route("users/", Unread).route("me", Unread));
    assert_eq!(get(&address, "/users").status, 404);
    assert_eq!(get(&address, "/me/").status, 404);
}

#[test]
fn a_slash_too_many_or_too_few_redirects() {
    let address = slashes(TrailingSlash::Redirect);
    for (path, location) in [
        ("/api/users?page=2&q=%2F", "/api/users/?page=2&q=%2F"),
        ("/api/users/ann%20b/", "/api/users/ann%20b"),
        ("/api/me/", "/api/me"),
    ] {
        let response = get(&address, path);
        assert_eq!(response.status, 308);
        assert_eq!(response.header("location"), location);
    }
    let post = send(&address, "POST", "/api/users/ann/", &[]);
    assert_eq!(post.header("location"), "/api/users/ann");
    // A path of its own wins, and everything else is still not found.
    assert_eq!(get(&address, "/api/users/").body, "1");
    assert_eq!(get(&address, "/api/users/ann").body, r#""ann""#);
    assert_eq!(get(&address, "/api/nothing").status, 404);
}

#[test]
fn a_redirect_stays_on_the_host() {
    let settings = Settings::new().trailing_slash(TrailingSlash::Redirect);
    let address = serve(
        Router::new("")
            .settings(settings)
            .route("{a:.*}/b/", Unread),
    );
    for (path, location) in [
        ("//evil.example/b", "/%2Fevil.example/b/"),
        (r"/\evil.example/b", "/%5Cevil.example/b/"),
    ] {
        assert_eq!(get(&address, path).header("location"), location);
    }
}

#[test]
fn a_slash_too_many_or_too_few_is_the_same_route() {
    let address = slashes(TrailingSlash::Same);
    assert_eq!(get(&address, "/api/users").body, "1");
    assert_eq!(get(&address, "/api/users/ann/").body, r#""ann""#);
    assert_eq!(get(&address, "/api/me/").body, "1");
    let settings = Settings::new().trailing_slash(TrailingSlash::Same);
    let document = document(Router::new("").settings(settings).route("me", Unread));
    let paths = document["paths"].as_object().expect("an object");
    assert_eq!(paths.keys().collect::<Vec<_>>(), ["/me"]);
}
