//! The Request Body Object.

use serde::Serialize;

use super::MediaTypeObject;

#[derive(Debug, Serialize)]
pub(crate) struct RequestBodyObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(serialize_with = "super::as_map")]
    pub(crate) content: Vec<(&'static str, MediaTypeObject)>,
    pub(crate) required: bool,
}
