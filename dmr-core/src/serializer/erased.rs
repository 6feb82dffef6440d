//! Renderers and parsers with their types erased, for lists of them.

use std::any::{Any, TypeId};

use serde_json::Value;

use super::{ParseError, Parser, Renderer, SerializeError, UniqueMembers};

pub(super) trait ErasedRenderer: Send + Sync {
    fn render(
        &self,
        value: &dyn erased_serde::Serialize,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError>;

    /// The id that tells renderers apart.
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

    fn value(&self, body: &[u8]) -> Result<Value, ParseError>;

    /// Like [`value`](Self::value), but refuses duplicate members in every format.
    fn unique_value(&self, body: &[u8]) -> Result<Value, ParseError>;

    fn is_text(&self) -> bool;

    fn as_any(&self) -> &dyn Any;
}

impl<P: Parser> ErasedParser for P {
    fn media_type(&self) -> &'static str {
        Parser::media_type(self)
    }

    fn value(&self, body: &[u8]) -> Result<Value, ParseError> {
        Parser::value(self, body)
    }

    fn unique_value(&self, body: &[u8]) -> Result<Value, ParseError> {
        self.parse(body, UniqueMembers)
    }

    fn is_text(&self) -> bool {
        Parser::is_text(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
