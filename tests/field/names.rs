//! Names of component schemas.

use std::collections::BTreeMap;

use dmr::pagination::Paginated;
use dmr::{Body, Controller, Router, Settings, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize, Deserialize, JsonSchema)]
struct User {
    name: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Book {
    title: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Page<T> {
    items: Vec<T>,
}

/// The pages are fields, so dmr does not see their Rust types.
#[derive(Serialize, JsonSchema)]
struct Overview {
    users: Page<User>,
    books: Page<Book>,
}

mod users {
    #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
    pub(super) struct Model {
        pub(super) id: u64,
    }
}

mod books {
    #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
    pub(super) struct Model {
        pub(super) isbn: String,
    }
}

/// This name would be dmr's for the response of a type `Settings` that differs from its request.
#[derive(Serialize, JsonSchema)]
struct SettingsResponse {
    dark: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Settings")]
struct Preferences {
    #[serde(default)]
    size: u8,
}

struct Generic;

#[controller]
impl Controller for Generic {
    async fn get(&self) -> Page<User> {
        Page { items: Vec::new() }
    }

    async fn post(&self) -> Page<Book> {
        Page { items: Vec::new() }
    }

    async fn put(&self, page: Body<Page<Book>>) -> Paginated<User> {
        let _ = page.0.items;
        Paginated::new(Vec::new(), 1, 5, 0)
    }

    async fn patch(&self) -> Paginated<Book> {
        Paginated::new(Vec::new(), 1, 5, 0)
    }
}

struct Nested;

#[controller]
impl Controller for Nested {
    async fn get(&self) -> Overview {
        Overview {
            users: Page { items: Vec::new() },
            books: Page { items: Vec::new() },
        }
    }
}

struct TwoModules;

#[controller]
impl Controller for TwoModules {
    async fn get(&self) -> users::Model {
        users::Model { id: 1 }
    }

    async fn put(&self, body: Body<books::Model>) -> books::Model {
        body.0
    }
}

struct Taken;

#[controller]
impl Controller for Taken {
    async fn get(&self) -> SettingsResponse {
        SettingsResponse { dark: true }
    }

    async fn put(&self, body: Body<Preferences>) -> Preferences {
        body.0
    }
}

/// The names of the components, and where the responses of the operations lead.
fn names(controller: impl Controller) -> (Vec<String>, BTreeMap<String, String>) {
    let router = Router::new("")
        .settings(Settings::new().debug(false).semantic_responses(false))
        .route("x/", controller);
    let api = router.build().expect("it is right");
    let document: Value = serde_json::from_slice(api.openapi()).expect("JSON");
    crate::openapi::assert_valid(&document);
    let schemas = document["components"]["schemas"].as_object();
    let schemas = schemas.expect("an object");
    for (name, schema) in schemas {
        assert_eq!(schema["title"], *name);
    }
    let operations = document["paths"]["/x/"].as_object().expect("an object");
    let responses = operations.iter().map(|(method, operation)| {
        let mut responses = operation["responses"]
            .as_object()
            .expect("an object")
            .values();
        let content = &responses.next().expect("a response")["content"]["application/json"];
        let target = content["schema"]["$ref"].as_str().expect("a reference");
        let name = target.rsplit('/').next().unwrap_or_default();
        (method.clone(), name.to_owned())
    });
    (schemas.keys().cloned().collect(), responses.collect())
}

fn pairs(of: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = of.iter();
    pairs
        .map(|(one, other)| ((*one).to_owned(), (*other).to_owned()))
        .collect()
}

#[test]
fn a_generic_type_has_a_name_for_each_of_its_instances() {
    let (names, responses) = names(Generic);
    assert_eq!(
        responses,
        pairs(&[
            ("get", "PageOfUser"),
            ("post", "PageOfBook"),
            ("put", "PaginatedOfUser"),
            ("patch", "PaginatedOfBook"),
        ])
    );
    assert_eq!(
        names,
        [
            "Book",
            "PageOfBook",
            // The pages of dmr's own type, a field of `Paginated`.
            "PageOfBook2",
            "PageOfUser",
            "PageOfUser2",
            "PaginatedOfBook",
            "PaginatedOfUser",
            "User",
        ]
    );
}

mod by_hand {
    /// Its `schema_id` is its name, the default of every custom `JsonSchema`.
    pub(super) struct Money<const CENTS: bool>;

    impl<const CENTS: bool> serde::Serialize for Money<CENTS> {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_u64(1)
        }
    }

    impl<const CENTS: bool> schemars::JsonSchema for Money<CENTS> {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Money".into()
        }

        fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
            schemars::json_schema!({"type": if CENTS { "integer" } else { "number" }})
        }
    }
}

struct ByHand;

#[controller]
impl Controller for ByHand {
    async fn get(&self) -> by_hand::Money<true> {
        by_hand::Money
    }

    async fn post(&self) -> by_hand::Money<false> {
        by_hand::Money
    }
}

/// schemars confuses the two types, so dmr cannot publish both.
#[test]
fn two_types_that_cannot_be_told_apart() {
    let built = Router::new("").route("x/", ByHand).build();
    let errors = built.expect_err("one of them would be published as the other");
    let [error] = errors.errors() else {
        panic!("{errors}");
    };
    assert!(
        error.contains("Money<false>`, or a type inside of it"),
        "{error}"
    );
    assert!(
        error.ends_with("or implement `JsonSchema::schema_id`"),
        "{error}"
    );
}

/// The digit at the end of a name is not always one of the generator's.
#[derive(Serialize, JsonSchema)]
struct Address {
    country: Book,
}

#[derive(Serialize, JsonSchema)]
struct Address2 {
    city: String,
}

#[derive(Serialize, JsonSchema)]
struct Addresses {
    old: Address,
    new: Address2,
}

struct Numbered;

#[controller]
impl Controller for Numbered {
    async fn get(&self) -> Addresses {
        Addresses {
            old: Address {
                country: Book {
                    title: String::new(),
                },
            },
            new: Address2 {
                city: String::new(),
            },
        }
    }
}

#[test]
fn names_that_end_with_a_digit() {
    let (names, _) = names(Numbered);
    assert_eq!(names, ["Address", "Address2", "Addresses", "Book"]);
}

#[test]
fn generic_types_inside_of_others() {
    let (names, _) = names(Nested);
    assert_eq!(
        names,
        ["Book", "Overview", "PageOfBook", "PageOfUser", "User"]
    );
}

#[test]
fn two_types_of_one_name() {
    let (names, responses) = names(TwoModules);
    assert_eq!(names, ["Model", "UsersModel"]);
    assert_eq!(responses, pairs(&[("get", "UsersModel"), ("put", "Model")]));
}

#[test]
fn a_name_that_a_user_gave_is_not_taken() {
    let (names, responses) = names(Taken);
    assert_eq!(names, ["Settings", "SettingsResponse", "SettingsResponse2"]);
    assert_eq!(
        responses,
        pairs(&[("get", "SettingsResponse"), ("put", "SettingsResponse2")])
    );
}
