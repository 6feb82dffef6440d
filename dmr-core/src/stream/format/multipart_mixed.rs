//! Parts of different types.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::{Format, StreamSchema, either, write_json};
use crate::serializer::{SerializeError, Serializer};
use crate::stream::body_part::{self, PartWriter};

/// `multipart/mixed` (RFC 2046, 5.1.3): each event is a part with a type and a length of its own. A
/// [`BodyPart`](crate::stream::BodyPart) is any bytes; every other event is a part of the type `application/json`. An enum with
/// `#[serde(untagged)]` mixes them.
#[derive(Debug)]
pub struct MultipartMixed {
    boundary: String,
    /// The part that is being written: its length is said before it.
    json: Vec<u8>,
}

impl Default for MultipartMixed {
    /// The boundary is random, and of each response alone: nobody can put it into a part.
    fn default() -> Self {
        let boundary = format!("{:032x}", rand::random::<u128>());
        Self {
            boundary,
            json: Vec::new(),
        }
    }
}

impl Format for MultipartMixed {
    const MEDIA_TYPE: &'static str = "multipart/mixed";
    const NAME: &'static str = "multipart";

    fn content_type(&self) -> Cow<'static, str> {
        format!("{}; boundary={}", Self::MEDIA_TYPE, self.boundary).into()
    }

    fn frame<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        let mut part = PartWriter::new(&self.boundary, out);
        if part.write(event)? {
            return Ok(());
        }
        self.json.clear();
        write_json::<S, T>(event, &mut self.json)?;
        part.part("application/json", &self.json);
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        for piece in ["--", &self.boundary, "--\r\n"] {
            out.extend_from_slice(piece.as_bytes());
        }
    }

    fn describe(item: Value, error: Option<Value>) -> StreamSchema {
        let mut media_types = Vec::new();
        let item = body_part::described(either(item, error), &mut media_types);
        StreamSchema::Parts(item, media_types.join(", ").into())
    }
}
