//! The option `auth` on all levels.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;

use client::{send, serve};
use dmr::auth::{Auth, AuthChain, SecurityScheme};
use dmr::{
    Controller, Error, ErrorResponses, Request, ResponseSpec, Router, Settings, StatusCode,
    controller,
};
use serde_json::{Value, json};

/// Accepts clients with this role.
#[derive(Clone, Copy)]
struct Role(&'static str);

impl Auth for Role {
    type Principal = &'static str;

    async fn authenticate(&self, request: &Request) -> Result<Option<&'static str>, Error> {
        Ok((request.header_str("X-Role") == Some(self.0)).then_some(self.0))
    }

    fn scheme(&self) -> SecurityScheme {
        SecurityScheme::api_key_header(self.0, "X-Role", "")
    }
}

struct Books;

#[controller(auth = [Role("user")])]
impl Controller for Books {
    async fn get(&self) -> u8 {
        1
    }

    /// An endpoint for administrators. Others may only use the controller.
    #[modify(auth = [Role("admin")])]
    async fn delete(&self) -> u8 {
        2
    }

    #[modify(auth = AuthChain::of(Role("admin")).or_inherited())]
    async fn put(&self) -> u8 {
        3
    }

    #[modify(auth = None)]
    async fn post(&self) -> u8 {
        4
    }

    /// A list that happens to be empty, such as one of a configuration, does not open the endpoint.
    #[modify(auth = Vec::<Role>::new())]
    async fn patch(&self) -> u8 {
        6
    }
}

/// A controller without `auth`. The router decides.
struct Plain;

#[controller]
impl Controller for Plain {
    async fn get(&self) -> u8 {
        5
    }
}

fn router() -> Router {
    Router::new("")
        .settings(Settings::new().debug(false).auth([Role("somebody")]))
        .auth([Role("editor")])
        .route("books/", Books)
        .route("plain/", Plain)
}

#[test]
fn the_innermost_level_decides() {
    let address = serve(router());
    for (method, path, allowed) in [
        ("GET", "/books/", &["user"][..]),
        ("DELETE", "/books/", &["admin"]),
        ("PUT", "/books/", &["admin", "user"]),
        (
            "POST",
            "/books/",
            &["user", "admin", "editor", "somebody", "nobody"],
        ),
        ("PATCH", "/books/", &["user"]),
        ("GET", "/plain/", &["editor"]),
    ] {
        for role in ["user", "admin", "editor", "somebody", "nobody"] {
            let response = send(&address, method, path, &[("X-Role", role)]);
            let is_let_in = response.status != 401;
            assert_eq!(is_let_in, allowed.contains(&role), "{method} {path} {role}");
        }
    }
}

#[test]
fn the_document_says_the_same() {
    let api = router().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    let security = |path: &str, method: &str| document["paths"][path][method]["security"].clone();
    assert_eq!(security("/books/", "get"), json!([{"user": []}]));
    assert_eq!(security("/books/", "delete"), json!([{"admin": []}]));
    assert_eq!(
        security("/books/", "put"),
        json!([{"admin": []}, {"user": []}])
    );
    assert_eq!(security("/plain/", "get"), json!([{"editor": []}]));
}

/// Lets everyone in who has a role, and refuses all but one of them.
#[derive(Clone, Copy)]
struct Only(&'static str);

impl Auth for Only {
    type Principal = String;

    async fn authenticate(&self, request: &Request) -> Result<Option<String>, Error> {
        Ok(request.header_str("X-Role").map(str::to_owned))
    }

    async fn authorize(&self, role: &String) -> Result<(), Error> {
        if role != self.0 {
            return Err(Error::msg(StatusCode::FORBIDDEN, "Not for this role"));
        }
        Ok(())
    }

    fn responses(&self) -> Vec<ResponseSpec> {
        vec![ResponseSpec::error(StatusCode::FORBIDDEN)]
    }

    fn scheme(&self) -> SecurityScheme {
        SecurityScheme::api_key_header("role", "X-Role", "")
    }
}

struct Refusing;

/// The 403 is declared once, by the auth, even when two auths and an error type declare it.
#[controller(auth = AuthChain::of(Only("admin")).or(Only("owner")))]
impl Controller for Refusing {
    async fn get(&self) -> u8 {
        1
    }

    async fn delete(&self) -> Result<u8, Locked> {
        Err(Locked::Closed)
    }
}

#[derive(Debug, thiserror::Error, ErrorResponses)]
enum Locked {
    /// The book is locked.
    #[error("The book is locked")]
    #[response(status = 403)]
    Closed,
}

#[test]
fn an_auth_declares_its_responses() {
    let router = || {
        let settings = Settings::new().debug(false);
        Router::new("").settings(settings).route("books/", Refusing)
    };
    let address = serve(router());
    let ask = |method: &str, role: &str| {
        let response = send(&address, method, "/books/", &[("X-Role", role)]);
        (response.status, response.body)
    };
    let refused = |msg: &str| (403, json!({"detail": [{"msg": msg}]}).to_string());
    assert_eq!(ask("GET", "admin"), (200, "1".to_owned()));
    assert_eq!(ask("GET", "reader"), refused("Not for this role"));
    assert_eq!(ask("DELETE", "admin"), refused("The book is locked"));

    let api = router().build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    let model =
        json!({"application/json": {"schema": {"$ref": "#/components/schemas/ErrorModel"}}});
    let operations = &document["paths"]["/books/"];
    assert_eq!(
        operations["get"]["responses"]["403"],
        json!({"description": "Forbidden", "content": model})
    );
    assert_eq!(
        operations["delete"]["responses"]["403"],
        json!({"description": "The book is locked.", "content": model})
    );
}
