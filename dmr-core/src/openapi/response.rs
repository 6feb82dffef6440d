//! The Response Object.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::{HeaderObject, MediaTypeObject};

#[derive(Debug, Serialize)]
pub(crate) struct ResponseObject<'e> {
    pub(crate) description: Cow<'e, str>,
    #[serde(
        serialize_with = "super::as_map",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(crate) headers: Vec<(Cow<'e, str>, HeaderObject<'e>)>,
    #[serde(
        serialize_with = "super::as_map",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(crate) content: Vec<(&'e str, MediaTypeObject)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) links: Option<&'e Value>,
}
