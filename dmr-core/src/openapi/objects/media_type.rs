//! The Media Type Object.

use serde::Serialize;
use serde_json::{Map, Value};

/// What a body looks like: as a whole, or item by item if it is a stream.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::openapi) struct MediaType {
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_schema: Option<Value>,
    /// How the parts of a form are written, by field.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(in crate::openapi) encoding: Map<String, Value>,
}

impl MediaType {
    pub(in crate::openapi) fn of(schema: Value) -> Self {
        Self {
            schema: Some(schema),
            item_schema: None,
            encoding: Map::new(),
        }
    }

    pub(in crate::openapi) fn of_items(schema: Value) -> Self {
        Self {
            schema: None,
            item_schema: Some(schema),
            encoding: Map::new(),
        }
    }
}
