//! The Media Type Object.

use serde::Serialize;
use serde_json::Value;

/// What a body looks like: as a whole, or item by item if it is a stream.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::openapi) struct MediaType {
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_schema: Option<Value>,
}

impl MediaType {
    pub(in crate::openapi) fn of(schema: Value) -> Self {
        Self {
            schema: Some(schema),
            item_schema: None,
        }
    }

    pub(in crate::openapi) fn of_items(schema: Value) -> Self {
        Self {
            schema: None,
            item_schema: Some(schema),
        }
    }
}
