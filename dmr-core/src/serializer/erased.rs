//! Renderers and parsers whose types are forgotten: what a list of them holds.

use std::any::{Any, TypeId};

use serde::de::{DeserializeSeed, Deserializer, Error as _};
use serde_json::Value;

use super::{ParseError, Parser, Renderer, SerializeError};

pub(super) trait ErasedRenderer: Send + Sync {
    fn render(
        &self,
        value: &dyn erased_serde::Serialize,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError>;

    /// Tells renderers apart.
    fn id(&self) -> TypeId;
}

impl<R: Renderer> ErasedRenderer for R {
    fn render(
        &self,
        value: &dyn erased_serde::Serialize,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        Renderer::render(self, value, out)
    }

    fn id(&self) -> TypeId {
        TypeId::of::<R>()
    }
}

pub trait ErasedParser: Send + Sync {
    fn media_type(&self) -> &'static str;

    fn parse<'de>(&self, body: &'de [u8], target: BodyTarget<'_, 'de>) -> Result<(), ParseError>;

    fn value(&self, body: &[u8]) -> Result<Value, ParseError>;

    fn is_text(&self) -> bool;

    fn as_any(&self) -> &dyn Any;
}

/// Takes the deserializer of a body.
type BodyTarget<'t, 'de> =
    &'t mut dyn FnMut(&mut dyn erased_serde::Deserializer<'de>) -> Result<(), erased_serde::Error>;

/// Takes any deserializer: reads a type that is erased.
pub(crate) type Target<'t> = &'t mut dyn for<'d, 'de> FnMut(
    &'d mut dyn erased_serde::Deserializer<'de>,
) -> Result<(), erased_serde::Error>;

impl<P: Parser> ErasedParser for P {
    fn media_type(&self) -> &'static str {
        Parser::media_type(self)
    }

    fn parse<'de>(&self, body: &'de [u8], target: BodyTarget<'_, 'de>) -> Result<(), ParseError> {
        Parser::parse(self, body, Seed(target))
    }

    fn value(&self, body: &[u8]) -> Result<Value, ParseError> {
        Parser::value(self, body)
    }

    fn is_text(&self) -> bool {
        Parser::is_text(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

struct Seed<'t, 'de>(BodyTarget<'t, 'de>);

impl<'de> DeserializeSeed<'de> for Seed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let mut erased = <dyn erased_serde::Deserializer<'de>>::erase(deserializer);
        (self.0)(&mut erased).map_err(D::Error::custom)
    }
}
