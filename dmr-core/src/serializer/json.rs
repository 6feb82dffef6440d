//! JSON by serde_json.

use serde::Serialize;

use super::{SerializeError, Serializer};

/// JSON (RFC 8259) by serde_json: compact, with non-ASCII characters as they are.
#[derive(Debug, Clone, Copy)]
pub struct SerdeJson;

impl Serializer for SerdeJson {
    const MEDIA_TYPE: &'static str = "application/json";

    fn serialize<T: Serialize + ?Sized>(
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        serde_json::to_writer(out, value).map_err(SerializeError::new)
    }
}
