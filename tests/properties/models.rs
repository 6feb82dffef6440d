//! Models with the attributes of serde that change what a type reads and writes.
//!
//! Each model is made twice. The second one has one more field, whose constraint sends every
//! request through the checks that the first one may skip.

use std::collections::{BTreeMap, HashMap};

use dmr::component::{CommaSeparated, Nullable};

use dmr::serializer::{Form, SerdeJson};
use dmr::{Body, Controller, Cookies, Headers, Patch, Query, Router, controller};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A type that a request is read into.
pub(super) trait Model:
    Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static
{
}

impl<T: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static> Model for T {}

macro_rules! models {
    ($($(#[$attribute:meta])* struct $name:ident { $($fields:tt)* })*) => {
        pub(super) mod plain {
            use super::*;
            $(
                #[derive(Debug, Serialize, Deserialize, JsonSchema)]
                $(#[$attribute])*
                pub(crate) struct $name { $($fields)* }
            )*
        }

        pub(super) mod constrained {
            use super::*;
            $(
                #[derive(Debug, Serialize, Deserialize, JsonSchema)]
                $(#[$attribute])*
                pub(crate) struct $name {
                    $($fields)*
                    #[serde(default)]
                    #[schemars(range(max = 1000))]
                    guard: u32,
                }
            )*
        }
    };
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub(super) enum Level {
    VeryLow,
    #[serde(rename = "mid")]
    Middle,
    High,
}

/// Reads names that it does not know.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Open {
    Known,
    #[serde(other)]
    Other,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum External {
    Unit,
    NewType(u8),
    Tuple(u8, String),
    Struct { long_name: bool },
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Internal {
    Nothing,
    Circle {
        radius: f32,
    },
    Named(Named),
    #[serde(rename = "box")]
    Boxed {
        #[serde(default)]
        depth: Option<i16>,
    },
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "t", content = "c", deny_unknown_fields)]
pub(super) enum Adjacent {
    Nothing,
    Number(i8),
    Pair(i8, bool),
    Fields { a: u8 },
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Untagged {
    Number(u16),
    Flag(bool),
    Named(Named),
    Texts(Vec<String>),
}

#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Named {
    name: String,
    #[serde(rename = "class", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Point {
    lat: f64,
    lon: f64,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Id(u64);

fn seven() -> i32 {
    7
}

models! {
    struct Scalars {
        flag: bool,
        tiny: i8,
        small: u16,
        number: i64,
        large: u64,
        share: f32,
        ratio: f64,
        letter: char,
        text: String,
    }

    #[serde(rename_all = "camelCase")]
    struct Renamed {
        first_name: String,
        #[serde(rename = "type")]
        kind: Level,
        #[serde(rename(serialize = "outId", deserialize = "inId"))]
        id: Id,
    }

    #[serde(deny_unknown_fields)]
    struct Denying {
        value: u8,
        #[serde(default)]
        other: Option<u8>,
    }

    struct Defaults {
        #[serde(default)]
        empty: String,
        #[serde(default = "seven")]
        number: i32,
        optional: Option<i32>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        list: Vec<u8>,
        #[serde(skip)]
        #[allow(dead_code, reason = "it is neither read nor written")]
        skipped: u8,
        #[serde(default, skip_deserializing)]
        written: u8,
    }

    struct Flattened {
        id: u32,
        #[serde(flatten)]
        named: Named,
    }

    struct FlattenedOption {
        id: u32,
        #[serde(flatten)]
        at: Option<Point>,
    }

    struct FlattenedMap {
        id: u32,
        #[serde(flatten)]
        rest: BTreeMap<String, i32>,
    }

    struct FlattenedTagged {
        id: u32,
        #[serde(flatten)]
        shape: Internal,
    }

    struct Enums {
        level: Level,
        open: Open,
    }

    struct Unions {
        external: External,
        internal: Internal,
        adjacent: Adjacent,
        untagged: Untagged,
    }

    struct Nested {
        boxed: Box<Named>,
        pair: (u8, String),
        triple: [i16; 3],
        map: HashMap<String, Named>,
        numbered: BTreeMap<u8, bool>,
        list: Vec<Option<Id>>,
        unit: (),
    }

    struct Changes {
        #[serde(default, skip_serializing_if = "Patch::is_missing")]
        name: Patch<String>,
        #[serde(default, skip_serializing_if = "Patch::is_missing")]
        count: Patch<u8>,
    }

    struct Texts {
        #[serde(default)]
        list: Vec<i16>,
        #[serde(default)]
        commas: CommaSeparated<u8>,
        #[serde(default)]
        parent: Nullable<u64>,
        #[serde(default)]
        optional: Option<bool>,
    }
}

/// Gives back what it has read, whatever its type writes.
pub(super) struct Echo<T>(std::marker::PhantomData<fn() -> T>);

#[controller(parsers = (SerdeJson, Form), validate_responses = dmr::ValidateResponses::Off)]
impl<T: Model> Controller for Echo<T> {
    async fn put(&self, Body(model): Body<T>) -> Result<Value, dmr::AnyError> {
        Ok(serde_json::to_value(model)?)
    }

    async fn get(&self, Query(model): Query<T>) -> Result<Value, dmr::AnyError> {
        Ok(serde_json::to_value(model)?)
    }

    async fn delete(&self, Headers(model): Headers<T>) -> Result<Value, dmr::AnyError> {
        Ok(serde_json::to_value(model)?)
    }

    async fn patch(&self, Cookies(model): Cookies<T>) -> Result<Value, dmr::AnyError> {
        Ok(serde_json::to_value(model)?)
    }
}

/// Reads bodies only: text cannot express the model.
pub(super) struct EchoBody<T>(std::marker::PhantomData<fn() -> T>);

#[controller(validate_responses = dmr::ValidateResponses::Off)]
impl<T: Model> Controller for EchoBody<T> {
    async fn put(&self, Body(model): Body<T>) -> Result<Value, dmr::AnyError> {
        Ok(serde_json::to_value(model)?)
    }
}

macro_rules! routes {
    ($controller:ident, $names:ident, $add:ident: $($name:ident)*) => {
        pub(super) const $names: &[&str] = &[$(stringify!($name)),*];

        fn $add(router: Router) -> Router {
            router
                $(.route(
                    concat!("plain/", stringify!($name), "/"),
                    $controller::<plain::$name>(std::marker::PhantomData),
                )
                .route(
                    concat!("constrained/", stringify!($name), "/"),
                    $controller::<constrained::$name>(std::marker::PhantomData),
                ))*
        }
    };
}

routes!(Echo, TEXT_MODELS, add_texts: Scalars Renamed Denying Defaults Flattened FlattenedOption
    FlattenedMap Enums Texts);
routes!(EchoBody, BODY_MODELS, add_bodies: FlattenedTagged Unions Nested Changes);

/// Both kinds of every model.
pub(super) fn router() -> Router {
    add_bodies(add_texts(Router::new(""))).settings(dmr::Settings::new().debug(false))
}
