//! MessagePack by rmp-serde.

use serde::Serialize;
use serde::de::{DeserializeSeed, Error as _};

use super::{ParseError, Parser, Renderer, SerializeError};

/// MessagePack (<https://msgpack.org>) by rmp-serde: structs are maps with the names of their
/// fields.
#[derive(Debug, Clone, Copy, Default)]
pub struct MessagePack;

/// The greatest depth of nesting, as in serde_json.
const MAX_DEPTH: usize = 128;

impl Renderer for MessagePack {
    fn media_type(&self) -> &'static str {
        "application/msgpack"
    }

    fn render<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        rmp_serde::encode::write_named(out, value).map_err(SerializeError::new)
    }
}

impl Parser for MessagePack {
    fn media_type(&self) -> &'static str {
        "application/msgpack"
    }

    fn parse<'de, S: DeserializeSeed<'de>>(
        &self,
        body: &'de [u8],
        seed: S,
    ) -> Result<S::Value, ParseError> {
        // Tracks the rest of the body: the deserializer itself ignores trailing bytes.
        let mut rest = body;
        let mut deserializer = rmp_serde::Deserializer::new(&mut rest);
        deserializer.set_max_depth(MAX_DEPTH);
        let malformed = |error: rmp_serde::decode::Error| {
            ParseError::new(format!("MessagePack data is malformed: {error}"))
        };
        let value = seed.deserialize(&mut deserializer).map_err(malformed)?;
        if !rest.is_empty() {
            let text = format!("trailing characters (byte {})", body.len() - rest.len());
            return Err(malformed(rmp_serde::decode::Error::custom(text)));
        }
        Ok(value)
    }
}
