//! The page for browsers, where nothing else is served.

use std::net::TcpListener;

use actix_web::{HttpResponse, web};
use dmr::server::Serve;
use dmr::{Controller, NotFound, OpenApi, Router, Settings, controller};

use crate::client::{Response, get, send};

struct Users;

#[controller]
impl Controller for Users {
    /// List the <users>.
    async fn get(&self) -> Vec<String> {
        Vec::new()
    }

    #[modify(ignore_from_spec)]
    async fn delete(&self) {}
}

struct OneUser;

#[controller]
impl Controller for OneUser {
    async fn get(&self, id: dmr::Path<u32>) -> u32 {
        *id
    }
}

fn router(settings: Settings) -> Router {
    Router::new("api/")
        .settings(settings.openapi(OpenApi::new("Shop & Co", "2.1.0")))
        .route("users/", Users)
        .route("users/{id}/", OneUser)
}

/// Serves until the test ends, and returns the address.
fn serve(server: Serve) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    let server = server.workers(1).listen(listener);
    std::thread::spawn(move || {
        actix_web::rt::System::new()
            .block_on(async { server.await })
            .expect("the router is right");
    });
    address
}

fn debug(on: bool) -> String {
    serve(dmr::serve(router(Settings::new().debug(on))))
}

/// What a browser gets.
fn browse(address: &str, path: &str) -> Response {
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    send(address, "GET", path, &[("Accept", accept)])
}

#[test]
fn in_debug_a_browser_sees_what_there_is() {
    let address = debug(true);
    for path in ["/", "/docs/", "/docs"] {
        let page = get(&address, path);
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let expected = [
            "<h1>Shop &amp; Co 2.1.0</h1>",
            "<a href=\"/docs/openapi.json\">",
            "<a href=\"/api/users/\">",
            "List the &lt;users&gt;.",
            "<code>/api/users/{id}/</code>",
        ];
        for part in expected {
            assert!(page.body.contains(part), "{path}: {part}: {}", page.body);
        }
        // An operation that the document does not list.
        assert!(!page.body.contains("DELETE"), "{}", page.body);
    }
    let document = get(&address, "/docs/openapi.json").body;
    assert!(!document.contains("\"/\"") && !document.contains("\"/docs/\""));
}

#[test]
fn in_debug_a_browser_sees_more_than_an_empty_404() {
    let address = debug(true);
    let page = browse(&address, "/api/user/");
    assert_eq!(page.status, 404);
    assert!(
        page.body.contains("<a href=\"/api/users/\">"),
        "{}",
        page.body
    );
    // Clients of an API do not.
    let missing = get(&address, "/api/user/");
    assert_eq!((missing.status, missing.body.as_str()), (404, ""));
    assert_eq!(
        send(&address, "POST", "/", &[("Accept", "text/html")]).status,
        404
    );
}

#[test]
fn outside_debug_there_is_no_page() {
    let address = debug(false);
    for path in ["/", "/docs/", "/api/user/"] {
        let missing = browse(&address, path);
        assert_eq!((missing.status, missing.body.as_str()), (404, ""), "{path}");
    }
}

#[test]
fn the_setting_decides() {
    let hidden = Settings::new().debug(true).first_page(false);
    assert_eq!(browse(&serve(dmr::serve(router(hidden))), "/").status, 404);
    let shown = Settings::new().debug(false).first_page(true);
    assert_eq!(browse(&serve(dmr::serve(router(shown))), "/").status, 200);
}

struct Home;

#[controller]
impl Controller for Home {
    async fn get(&self) -> &'static str {
        "home"
    }
}

/// Whatever the application serves comes first: a controller, a service beside the API, an answer
/// for paths without a route, and a default service.
#[test]
fn routes_of_the_application_come_first() {
    let settings = || Settings::new().debug(true);
    let home = Router::new("").settings(settings()).route("/", Home);
    assert_eq!(get(&serve(dmr::serve(home)), "/").body, "\"home\"");

    let text = |text: &'static str| move || async move { HttpResponse::Ok().body(text) };
    let beside = dmr::serve(router(settings())).configure(move |app| {
        app.route("/", web::get().to(text("beside")));
        app.route("/docs/", web::get().to(text("docs")));
    });
    let address = serve(beside);
    assert_eq!(browse(&address, "/").body, "beside");
    assert_eq!(browse(&address, "/docs/").body, "docs");

    let not_found = router(settings()).not_found(NotFound::new(["/"]));
    let response = get(&serve(dmr::serve(not_found)), "/");
    assert_eq!(response.header("content-type"), "application/json");

    let default = dmr::serve(router(settings())).configure(move |app| {
        app.default_service(web::to(text("default")));
    });
    assert_eq!(browse(&serve(default), "/").body, "default");
}

#[test]
fn a_document_at_another_path() {
    let openapi = OpenApi::new("Shop", "1.0.0").path("/v1/schema/openapi.json");
    let settings = Settings::new().debug(true).openapi(openapi);
    let address = serve(dmr::serve(Router::new("").settings(settings)));
    let page = get(&address, "/v1/schema/");
    assert!(page.body.contains("<a href=\"/v1/schema/openapi.json\">"));
    assert_eq!(get(&address, "/docs/").status, 404);

    let settings = Settings::new()
        .debug(true)
        .openapi(OpenApi::default().not_served());
    let page = get(&serve(dmr::serve(Router::new("").settings(settings))), "/");
    assert!(page.body.contains("is not served"), "{}", page.body);
}

/// The attributes of the README run without a dependency on actix-web.
#[dmr::test]
async fn the_runtime_of_dmr() {
    let client = dmr::test::TestClient::new(router(Settings::new())).await;
    let client = client.expect("the router is right");
    assert_eq!(client.get("/api/users/").send().await.text(), "[]");
}
