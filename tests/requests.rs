//! Valid and invalid requests: components, negotiation, authentication, errors, and garbage.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use client::{Connection, get, send, send_body, serve};
use dmr::auth::{Algorithm, AuthChain, DecodingKey, Jwt, JwtError, Principal};
use dmr::stream::Csv;
use dmr::stream::events;
use dmr::{
    AnyError, Body, Controller, Error, ErrorModel, Headers, Json, JsonLines, OpenApi, Query,
    Response, ResponseSpec, Router, Settings, StatusCode, ValidateResponses, controller,
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

#[path = "requests/components.rs"]
mod components;

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

#[path = "requests/authentication.rs"]
mod authentication;

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
