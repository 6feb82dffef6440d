//! A custom format, XML: a [`Parser`] and a [`Renderer`] on top of the crate `quick-xml`.

use dmr::serializer::{ParseError, Parser, Renderer, SerializeError};
use quick_xml::de::Deserializer;
use serde::Serialize;
use serde::de::DeserializeSeed;
use serde_json::Value;

/// XML documents. The root element of a response is `<document>`; a request may have any root
/// element.
#[derive(Clone, Copy, Default)]
pub(crate) struct Xml;

impl Renderer for Xml {
    fn media_type(&self) -> &'static str {
        "application/xml"
    }

    fn render<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        let text = quick_xml::se::to_string_with_root("document", value);
        out.extend_from_slice(text.map_err(SerializeError::new)?.as_bytes());
        Ok(())
    }
}

impl Parser for Xml {
    fn media_type(&self) -> &'static str {
        "application/xml"
    }

    fn parse<'de, S: DeserializeSeed<'de>>(
        &self,
        body: &'de [u8],
        seed: S,
    ) -> Result<S::Value, ParseError> {
        let text = std::str::from_utf8(body).map_err(ParseError::new)?;
        seed.deserialize(&mut Deserializer::from_str(text))
            .map_err(ParseError::new)
    }

    /// Reads an element without children as its text.
    fn value(&self, body: &[u8]) -> Result<Value, ParseError> {
        let value = self.parse(body, std::marker::PhantomData)?;
        Ok(plain(value))
    }

    /// Everything in XML is text. So `<age>3</age>` becomes the number 3 where the schema has a
    /// number.
    fn is_text(&self) -> bool {
        true
    }
}

fn plain(value: Value) -> Value {
    match value {
        Value::Object(mut members) if members.len() == 1 && members.contains_key("$text") => {
            members.remove("$text").map_or(Value::Null, plain)
        }
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, plain(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(plain).collect(),
        other => other,
    }
}
