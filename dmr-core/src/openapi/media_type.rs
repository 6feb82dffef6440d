//! The Media Type Object.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::ExampleObject;
use crate::format::StreamSchema;

/// The schema of a body, or of the items of a stream.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MediaTypeObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_schema: Option<Value>,
    /// The encoding of the parts of a form, by field.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) encoding: Map<String, Value>,
    /// The encoding of the first parts of a multipart stream.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    prefix_encoding: Vec<Value>,
    /// The encoding of all other parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    item_encoding: Option<Value>,
    #[serde(
        serialize_with = "super::as_map",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(crate) examples: Vec<(String, ExampleObject)>,
}

impl MediaTypeObject {
    pub(crate) fn of(schema: Value) -> Self {
        Self {
            schema: Some(schema),
            item_schema: None,
            encoding: Map::new(),
            prefix_encoding: Vec::new(),
            item_encoding: None,
            examples: Vec::new(),
        }
    }

    pub(crate) fn of_stream(described: StreamSchema) -> Self {
        let mut stream = Self {
            schema: None,
            item_schema: None,
            encoding: Map::new(),
            prefix_encoding: Vec::new(),
            item_encoding: None,
            examples: Vec::new(),
        };
        match described {
            StreamSchema::Items(item) => stream.item_schema = Some(item),
            StreamSchema::Parts {
                item,
                first,
                others,
            } => {
                let encoding = |media_type: &str| json!({"contentType": media_type});
                stream.item_schema = Some(item);
                stream.prefix_encoding = first.into_iter().map(encoding).collect();
                stream.item_encoding = Some(encoding(&others));
            }
            StreamSchema::Whole(schema) => stream.schema = Some(schema),
        }
        stream
    }

    /// Whether the body is one value instead of a sequence.
    pub(crate) fn is_whole(&self) -> bool {
        self.schema.is_some()
    }

    /// The schemas, mutable.
    pub(crate) fn schemas(&mut self) -> impl Iterator<Item = &mut Value> {
        self.schema.iter_mut().chain(&mut self.item_schema)
    }
}
