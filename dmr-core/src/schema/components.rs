//! The components that schemas refer to, compiled once for all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, OnceLock};

use dmr_schema::{SchemaSet, SchemaSetBuilder};
use serde_json::{Map, Value};

use super::{COMPONENTS, Validator};

/// The schemas that all endpoints of an application share: once they are finished, every validator
/// looks into them.
pub(super) type SharedSet = Arc<OnceLock<SchemaSet>>;

/// The components of requests, or those of responses.
#[derive(Debug, Default)]
pub(crate) struct Components {
    builder: SchemaSetBuilder,
    shared: SharedSet,
}

impl Components {
    /// Adds definitions. A name that is there already with another schema is a conflict.
    pub(super) fn add(
        &mut self,
        definitions: BTreeMap<String, Value>,
        conflicts: &mut BTreeSet<String>,
    ) {
        for (name, schema) in definitions {
            if self.builder.define(COMPONENTS, &name, schema).is_err() {
                conflicts.insert(name);
            }
        }
    }

    /// The components by their names.
    pub(super) fn members(&self) -> &Map<String, Value> {
        static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        let members = self.document().pointer(COMPONENTS);
        members.and_then(Value::as_object).unwrap_or(&NONE)
    }

    /// The document into which references lead.
    pub(crate) fn document(&self) -> &Value {
        self.builder.document()
    }

    /// # Errors
    ///
    /// What is wrong with the schema, such as a `pattern` that is not a regular expression.
    pub(crate) fn validator(&mut self, schema: &Value) -> Result<Validator, String> {
        let id = self.builder.compile(schema);
        let id = id.map_err(|error| error.to_string())?;
        Ok(Validator::new(Arc::clone(&self.shared), id, schema.clone()))
    }

    pub(super) fn freeze(self) {
        // Nobody else has set it.
        let _ = self.shared.set(self.builder.build());
    }
}
