//! The Response Object.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::{Header, MediaType};

#[derive(Debug, Serialize)]
pub(in crate::openapi) struct Response<'e> {
    pub(in crate::openapi) description: &'e str,
    #[serde(
        serialize_with = "super::as_map",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(in crate::openapi) headers: Vec<(Cow<'e, str>, Header<'e>)>,
    #[serde(serialize_with = "super::as_map")]
    pub(in crate::openapi) content: Vec<(&'e str, MediaType)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::openapi) links: Option<&'e Value>,
}
