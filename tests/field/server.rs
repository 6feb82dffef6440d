//! Middleware around the application of `dmr::serve`, and services beside its API.

use std::net::TcpListener;

use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpResponse, web};
use dmr::{Controller, Router, controller};

use crate::client::get;

struct Greeting;

#[controller]
impl Controller for Greeting {
    async fn get(&self) -> &'static str {
        "hello"
    }
}

/// Serves with middleware and a page, and returns the address.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    let server = dmr::serve(Router::new("api/").route("greeting/", Greeting))
        .workers(1)
        .wrap(|| DefaultHeaders::new().add(("X-Order", "inner")))
        .wrap(|| {
            DefaultHeaders::new()
                .add(("X-Order", "outer"))
                .add(("X-Version", "1"))
        })
        .configure(|app| {
            app.route(
                "/",
                web::get().to(|| async { HttpResponse::Ok().body("a page") }),
            );
        })
        .configure(|app| {
            app.route(
                "/api/{tail:.*}",
                web::get().to(|| async { HttpResponse::Ok().body("beside") }),
            );
        })
        .listen(listener);
    std::thread::spawn(move || {
        actix_web::rt::System::new()
            .block_on(async { server.await })
            .expect("the router is right");
    });
    address
}

#[test]
fn middleware_and_services_of_the_whole_application() {
    let address = serve();
    let greeting = get(&address, "/api/greeting/");
    assert_eq!(
        (greeting.status, greeting.body.as_str()),
        (200, "\"hello\"")
    );
    // `DefaultHeaders` does not replace what an inner middleware has set.
    assert_eq!(greeting.header("x-order"), "inner");
    assert_eq!(greeting.header("x-version"), "1");
    let page = get(&address, "/");
    assert_eq!((page.status, page.body.as_str()), (200, "a page"));
    assert_eq!(page.header("x-version"), "1");
    // The paths of the API come first.
    assert_eq!(get(&address, "/api/other/").body, "beside");
}
