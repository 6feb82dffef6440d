//! The Response Object.

use serde::Serialize;

use super::{Header, MediaType};

#[derive(Debug, Serialize)]
pub(in crate::openapi) struct Response<'e> {
    pub(in crate::openapi) description: &'e str,
    #[serde(
        serialize_with = "super::as_map",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(in crate::openapi) headers: Vec<(&'e str, Header<'e>)>,
    #[serde(serialize_with = "super::as_map")]
    pub(in crate::openapi) content: Vec<(&'static str, MediaType)>,
}
