//! The OpenAPI Object, with its Info and Components Objects.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{PathItem, SecurityScheme};

#[derive(Debug, Serialize)]
pub(in crate::openapi) struct Document<'e> {
    pub(in crate::openapi) info: Info<'e>,
    pub(in crate::openapi) openapi: &'static str,
    #[serde(serialize_with = "super::as_map")]
    pub(in crate::openapi) paths: Vec<(Cow<'e, str>, PathItem<'e>)>,
    pub(in crate::openapi) components: Components<'e>,
}

#[derive(Debug, Serialize)]
pub(in crate::openapi) struct Info<'e> {
    pub(in crate::openapi) title: &'e str,
    pub(in crate::openapi) version: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::openapi) description: Option<&'e str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::openapi) struct Components<'e> {
    pub(in crate::openapi) schemas: &'e BTreeMap<String, Value>,
    pub(in crate::openapi) security_schemes: BTreeMap<&'e str, &'e SecurityScheme>,
}
