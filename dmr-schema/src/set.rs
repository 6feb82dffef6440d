//! Sets of schemas that share their definitions.

use std::collections::HashMap;
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use crate::SchemaError;
use crate::check::Check;
use crate::compiled::{Compiled, SchemaId};
use crate::compiler::{Compiler, Known};
use crate::violation::{Violation, Visit};

/// The builder of a set of schemas that refer to the definitions of one document, such as
/// `components/schemas` of an OpenAPI document. Each definition is compiled once, however many
/// schemas refer to it.
///
/// ```
/// use dmr_schema::SchemaSetBuilder;
/// use serde_json::json;
///
/// let mut builder = SchemaSetBuilder::default();
/// builder.define("/$defs", "Age", json!({"type": "integer", "minimum": 0}))?;
/// let user = builder.compile(&json!({"properties": {"age": {"$ref": "#/$defs/Age"}}}))?;
/// let ages = builder.compile(&json!({"items": {"$ref": "#/$defs/Age"}}))?;
///
/// let set = builder.build();
/// assert!(set.is_valid(user, &json!({"age": 5})));
/// assert!(!set.is_valid(ages, &json!([1, -1])));
/// # Ok::<(), dmr_schema::SchemaError>(())
/// ```
#[derive(Debug, Default)]
pub struct SchemaSetBuilder {
    document: Value,
    compiled: Compiled,
    known: Known,
}

/// A set of compiled schemas: see [`SchemaSetBuilder`].
#[derive(Debug)]
pub struct SchemaSet {
    document: Value,
    compiled: Compiled,
}

impl SchemaSetBuilder {
    /// The document with its definitions.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Returns the definition `name` below a JSON Pointer (RFC 6901), such as `/$defs` or
    /// `/components/schemas`.
    pub fn definition(&self, pointer: &str, name: &str) -> Option<&Value> {
        self.document.pointer(pointer)?.get(name)
    }

    /// Adds a definition below a JSON Pointer. Missing members of the pointer are created.
    /// References are resolved when a schema is [compiled](Self::compile), so a definition can
    /// refer to a later one.
    ///
    /// # Errors
    ///
    /// The pointer leads to a value that is not an object, or a different definition has this name.
    pub fn define(&mut self, pointer: &str, name: &str, schema: Value) -> Result<(), SchemaError> {
        let mut place = &mut self.document;
        for member in pointer.split('/').skip(1) {
            place = object(place, pointer)?
                .entry(member)
                .or_insert_with(|| Value::Object(Map::new()));
        }
        let members = object(place, pointer)?;
        match members.get(name) {
            Some(known) if *known != schema => Err(SchemaError(format!(
                "two definitions of `{name}` at {pointer}"
            ))),
            Some(_) => Ok(()),
            None => {
                members.insert(name.to_owned(), schema);
                Ok(())
            }
        }
    }

    /// Compiles a schema. A reference is resolved in the document, or else in the schema itself.
    ///
    /// # Errors
    ///
    /// The schema, or a definition to which it refers, is invalid.
    pub fn compile(&mut self, schema: &Value) -> Result<SchemaId, SchemaError> {
        let compiler = Compiler {
            document: &self.document,
            root: schema,
            compiled: &mut self.compiled,
            known: &mut self.known,
            local: HashMap::new(),
        };
        compiler.compile().map_err(SchemaError)
    }

    /// Ends the compilation.
    pub fn build(mut self) -> SchemaSet {
        self.compiled.schemas.shrink_to_fit();
        SchemaSet {
            document: self.document,
            compiled: self.compiled,
        }
    }
}

/// The members of an object. `null` becomes an empty object.
fn object<'v>(
    value: &'v mut Value,
    pointer: &str,
) -> Result<&'v mut Map<String, Value>, SchemaError> {
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    value
        .as_object_mut()
        .ok_or_else(|| SchemaError(format!("{pointer} does not lead to an object")))
}

impl SchemaSet {
    /// The document with its definitions.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Whether a value is valid for a schema of the set.
    ///
    /// # Panics
    ///
    /// The schema belongs to another set.
    pub fn is_valid(&self, schema: SchemaId, value: &Value) -> bool {
        Check::new(&self.compiled).allows(schema, value)
    }

    /// Calls `visit` with every problem of a value, in the order of the schema, until it breaks.
    ///
    /// # Panics
    ///
    /// The schema belongs to another set.
    pub fn check(
        &self,
        schema: SchemaId,
        value: &Value,
        visit: impl FnMut(&Violation<'_>) -> ControlFlow<()>,
    ) {
        let mut visit = Visit {
            compiled: &self.compiled,
            visit,
        };
        Check::new(&self.compiled).run(schema, value, &mut visit);
    }
}
