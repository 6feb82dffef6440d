//! [`SchemaOf`]: a type parameter of an option, such as a response spec, with the type erased.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde_json::Value;

use super::Schemas;

/// The functions that describe the type of a response.
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

    /// The id that tells types apart.
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
