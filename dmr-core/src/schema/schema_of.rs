//! A type's schema without the type, so that whatever works with it is compiled once.

use std::any::type_name;
use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};

/// How to describe a type.
#[derive(Clone, Copy)]
pub(crate) struct SchemaOf {
    type_name: fn() -> &'static str,
    id: fn() -> Cow<'static, str>,
    name: fn() -> Cow<'static, str>,
    /// The schema itself.
    pub(super) inline: fn(&mut SchemaGenerator) -> Schema,
    /// A reference, if the type has a name.
    pub(super) reference: fn(&mut SchemaGenerator) -> Schema,
}

impl SchemaOf {
    pub(crate) fn of<T: JsonSchema + ?Sized>() -> Self {
        Self {
            type_name: type_name::<T>,
            id: T::schema_id,
            name: T::schema_name,
            inline: T::json_schema,
            reference: SchemaGenerator::subschema_for::<T>,
        }
    }

    /// The Rust type, with its path.
    pub(crate) fn type_name(self) -> &'static str {
        (self.type_name)()
    }

    /// Tells types apart.
    pub(crate) fn id(self) -> Cow<'static, str> {
        (self.id)()
    }

    /// The name of the schema.
    pub(crate) fn name(self) -> Cow<'static, str> {
        (self.name)()
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
