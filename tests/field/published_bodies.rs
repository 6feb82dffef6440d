//! Bodies of successes, and parameters that may be missing, are what the document says.

use dmr::serializer::{ProblemJson, SerdeJson};
use dmr::{
    Controller, Cookies, Error, Headers, ProblemDetails, Query, Response, ResponseSpec, Router,
    Settings, StatusCode, controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{get, send, serve};
use crate::openapi::assert_valid;

#[derive(Serialize, JsonSchema)]
struct User {
    name: String,
}

struct MayBeMissing;

#[controller]
impl Controller for MayBeMissing {
    async fn get(&self) -> Option<User> {
        None
    }

    #[modify(response_description = "The newest user.")]
    async fn put(&self) -> Result<Option<User>, Error> {
        Ok(Some(User {
            name: "Ada".to_owned(),
        }))
    }

    #[validate(ResponseSpec::new::<Option<i64>>(StatusCode::OK))]
    async fn patch(&self) -> Response {
        Response::data(None::<i64>).status(StatusCode::OK)
    }

    async fn delete(&self) {}

    #[modify(status_code = StatusCode::NO_CONTENT)]
    async fn post(&self) {}
}

fn missing(settings: Settings) -> Router {
    Router::new("")
        .settings(settings.debug(false))
        .route("users/", MayBeMissing)
}

fn document(router: Router) -> Value {
    let api = router.build().expect("it is right");
    let document = serde_json::from_slice(api.openapi()).expect("JSON");
    assert_valid(&document);
    document
}

/// The description and the schema of a response.
fn declared<'d>(document: &'d Value, verb: &str, status: &str) -> (&'d str, Option<&'d Value>) {
    let response = &document["paths"]["/users/"][verb]["responses"][status];
    (
        response["description"].as_str().unwrap_or("no description"),
        response.pointer("/content/application~1json/schema"),
    )
}

#[test]
fn a_missing_value_is_published_as_it_is_sent() {
    let user = json!({"$ref": "#/components/schemas/User"});
    let integer = json!({"type": "integer", "format": "int64"});
    let null = json!({"type": "null"});

    let address = serve(missing(Settings::new()));
    for verb in ["GET", "PATCH", "DELETE"] {
        let answer = send(&address, verb, "/users/", &[]);
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{verb}");
    }
    let document_of_empty = document(missing(Settings::new()));
    assert_eq!(
        declared(&document_of_empty, "get", "200"),
        ("OK. Without a value, the body is empty.", Some(&user))
    );
    assert_eq!(
        declared(&document_of_empty, "put", "200"),
        (
            "The newest user. Without a value, the body is empty.",
            Some(&user)
        )
    );
    assert_eq!(
        declared(&document_of_empty, "patch", "200"),
        ("OK. Without a value, the body is empty.", Some(&integer))
    );
    assert_eq!(
        declared(&document_of_empty, "delete", "200"),
        ("OK", Some(&null))
    );
    assert_eq!(
        declared(&document_of_empty, "post", "204"),
        ("No Content", None)
    );
}

#[test]
fn a_missing_value_is_null_where_the_settings_say_so() {
    let settings = || Settings::new().send_null(true);
    let address = serve(missing(settings()));
    for verb in ["GET", "PATCH", "DELETE"] {
        let answer = send(&address, verb, "/users/", &[]);
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, "null"),
            "{verb}"
        );
    }
    let nothing = send(&address, "POST", "/users/", &[]);
    assert_eq!((nothing.status, nothing.body.as_str()), (204, ""));
    let document = document(missing(settings()));
    let user = json!({"anyOf": [{"$ref": "#/components/schemas/User"}, {"type": "null"}]});
    assert_eq!(declared(&document, "get", "200"), ("OK", Some(&user)));
}

struct Problems;

#[controller(renderers = (ProblemJson, SerdeJson))]
impl Controller for Problems {
    async fn get(&self) -> u8 {
        1
    }

    #[validate(
        ResponseSpec::new::<u8>(StatusCode::OK),
        ResponseSpec::error(StatusCode::CONFLICT),
    )]
    async fn put(&self, query: Query<Fails>) -> Result<Response, Error> {
        if query.fails {
            return Err(ProblemDetails::new(StatusCode::CONFLICT, "Taken").into());
        }
        Ok(Response::data(2_u8).status(StatusCode::OK))
    }
}

#[derive(Deserialize, JsonSchema)]
struct Fails {
    #[serde(default)]
    fails: bool,
}

/// RFC 9457: problem details describe what went wrong. A client that accepts nothing else still
/// gets its value.
#[test]
fn only_errors_are_problem_details() {
    let router = || {
        Router::new("")
            .settings(Settings::new().debug(false))
            .route("users/", Problems)
    };
    let address = serve(router());
    for accept in ["application/problem+json", "application/json", "*/*"] {
        for (verb, body) in [("GET", "1"), ("PUT", "2")] {
            let answer = send(&address, verb, "/users/", &[("Accept", accept)]);
            assert_eq!(answer.status, 200, "{verb} {accept}");
            assert_eq!(answer.header("content-type"), "application/json");
            assert_eq!(answer.body, body);
        }
    }
    let problem = send(
        &address,
        "PUT",
        "/users/?fails=true",
        &[("Accept", "application/problem+json")],
    );
    assert_eq!(problem.status, 409, "{}", problem.body);
    assert_eq!(problem.header("content-type"), "application/problem+json");

    let document = document(router());
    for verb in ["get", "put"] {
        let responses = &document["paths"]["/users/"][verb]["responses"];
        for (status, response) in responses.as_object().expect("responses") {
            let content = response["content"].as_object().expect("content");
            let problem = content.contains_key("application/problem+json");
            assert_eq!(problem, status != "200", "{verb} {status}");
        }
    }
}

struct NothingElse;

#[controller(renderers = [ProblemJson])]
impl Controller for NothingElse {
    async fn get(&self) -> u8 {
        1
    }
}

#[test]
fn values_need_another_renderer() {
    let router = Router::new("").route("users/", NothingElse);
    let refused = router
        .build()
        .expect_err("there is no format for the value");
    assert_eq!(
        refused.to_string(),
        "the application cannot be built:\n  - GET /users/: `ProblemJson` writes errors only: add a renderer for the value, such as \
         `renderers = (SerdeJson, ProblemJson)`"
    );
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Optional {
    number: Option<i32>,
    text: Option<String>,
}

struct Parameters;

#[controller]
impl Controller for Parameters {
    async fn get(
        &self,
        query: Query<Optional>,
        headers: Headers<Optional>,
        cookies: Cookies<Optional>,
    ) -> [Optional; 3] {
        [query.0, headers.0, cookies.0]
    }
}

/// A parameter has no text for `null`: it is left out, as in URI templates (RFC 6570, 2.3). So a
/// parameter that may be `null` may always be missing.
#[test]
fn the_null_of_a_parameter_is_a_missing_parameter() {
    let router = || Router::new("").route("x/", Parameters);
    let nothing = r#"{"number":null,"text":null}"#;
    assert_eq!(
        get(&serve(router()), "/x/").body,
        format!("[{nothing},{nothing},{nothing}]")
    );
    let document = document(router());
    let parameters = document["paths"]["/x/"]["get"]["parameters"].as_array();
    let parameters = parameters.expect("a list");
    assert_eq!(parameters.len(), 6);
    for parameter in parameters {
        assert!(parameter["schema"]["anyOf"].is_array(), "{parameter}");
        assert_eq!(parameter.get("required"), None, "{parameter}");
    }
}
