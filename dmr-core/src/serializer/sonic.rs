//! JSON by sonic-rs.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeSeed;
use serde_json::Value;

use super::json::utf8;
use super::{ParseError, Parser, Renderer, SerializeError};

/// JSON (RFC 8259) by sonic-rs, which uses SIMD instructions.
#[derive(Debug, Clone, Copy, Default)]
pub struct SonicJson;

impl Renderer for SonicJson {
    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn render<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        sonic_rs::to_writer(out, value).map_err(SerializeError::new)
    }
}

impl Parser for SonicJson {
    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn parse<'de, S: DeserializeSeed<'de>>(
        &self,
        body: &'de [u8],
        seed: S,
    ) -> Result<S::Value, ParseError> {
        let text = utf8(body)?;
        let mut deserializer = sonic_rs::Deserializer::from_str(text);
        let value = seed
            .deserialize(&mut deserializer)
            .map_err(ParseError::new)?;
        deserializer.end().map_err(ParseError::new)?;
        Ok(value)
    }

    // Duplicate members are found when the body is read into its type.
    fn value(&self, body: &[u8]) -> Result<Value, ParseError> {
        self.parse(body, PhantomData)
    }
}
