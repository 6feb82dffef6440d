//! A type's schema without the type: what an option such as a response spec remembers of its type
//! parameter.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde_json::Value;

use super::Schemas;

/// How to describe a type that is sent.
#[derive(Clone, Copy)]
pub(crate) struct SchemaOf {
    id: fn() -> Cow<'static, str>,
    schema: fn(&mut Schemas) -> Value,
}

impl SchemaOf {
    pub(crate) fn of<T: JsonSchema + ?Sized>() -> Self {
        Self {
            id: T::schema_id,
            schema: Schemas::response::<T>,
        }
    }

    /// Tells types apart.
    pub(crate) fn id(self) -> Cow<'static, str> {
        (self.id)()
    }

    pub(crate) fn schema(self, schemas: &mut Schemas) -> Value {
        (self.schema)(schemas)
    }
}

impl PartialEq for SchemaOf {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl fmt::Debug for SchemaOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SchemaOf").field(&self.id()).finish()
    }
}
