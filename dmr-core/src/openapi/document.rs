//! The OpenAPI Object, with its Info and Components Objects.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{PathItem, SecurityScheme, ServerObject};

#[derive(Debug, Serialize)]
pub(crate) struct Document<'e> {
    pub(crate) info: Info<'e>,
    pub(crate) openapi: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) servers: Vec<ServerObject<'e>>,
    #[serde(serialize_with = "super::as_map")]
    pub(crate) paths: Vec<(String, PathItem<'e>)>,
    pub(crate) components: ComponentsObject<'e>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Info<'e> {
    pub(crate) title: &'e str,
    pub(crate) version: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<&'e str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ComponentsObject<'e> {
    pub(crate) schemas: &'e BTreeMap<String, Value>,
    pub(crate) security_schemes: BTreeMap<&'e str, &'e SecurityScheme>,
}
