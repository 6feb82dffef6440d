//! The Request Body Object.

use serde::Serialize;

use super::MediaType;

#[derive(Debug, Serialize)]
pub(in crate::openapi) struct RequestBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::openapi) description: Option<String>,
    #[serde(serialize_with = "super::as_map")]
    pub(in crate::openapi) content: Vec<(&'static str, MediaType)>,
    pub(in crate::openapi) required: bool,
}
