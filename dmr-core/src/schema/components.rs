//! The components that schemas refer to, generated once, and compiled once for all of them.

use std::any::type_name;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

use dmr_schema::{SchemaSet, SchemaSetBuilder};
use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

use super::normalize::{Normalize, normalized};
use super::{COMPONENTS, Validator, component_name};

/// The schemas that all endpoints of an application share: once they are finished, every validator
/// looks into them.
pub(super) type SharedSet = Arc<OnceLock<SchemaSet>>;

/// The components of requests, or those of responses.
pub(crate) struct Components {
    /// It tells types of one name apart by numbers.
    generator: SchemaGenerator,
    builder: SchemaSetBuilder,
    /// The Rust types of components, where they are known.
    type_names: BTreeMap<String, &'static str>,
    shared: SharedSet,
}

impl Components {
    pub(super) fn new(contract: Contract) -> Self {
        let mut settings = SchemaSettings::draft2020_12().with_transform(Normalize);
        settings.definitions_path = COMPONENTS.into();
        settings.meta_schema = None;
        settings.contract = contract;
        Self {
            generator: settings.into_generator(),
            builder: SchemaSetBuilder::default(),
            type_names: BTreeMap::new(),
            shared: SharedSet::default(),
        }
    }

    /// The schema of a type: a reference, if it has a name.
    pub(super) fn reference_to<T: JsonSchema + ?Sized>(&mut self) -> Value {
        let schema = self.generator.subschema_for::<T>();
        self.add(schema, Some(type_name::<T>()))
    }

    /// The schema of a type itself.
    pub(super) fn inline<T: JsonSchema>(&mut self) -> Value {
        let schema = T::json_schema(&mut self.generator);
        self.add(schema, None)
    }

    /// Adds the components that are new.
    fn add(&mut self, schema: Schema, type_name: Option<&'static str>) -> Value {
        for (name, definition) in self
            .generator
            .definitions()
            .iter()
            .skip(self.members().len())
        {
            let definition = Schema::try_from(definition.clone()).unwrap_or_default();
            let mut definition = normalized(definition);
            if let Some(members) = definition.as_object_mut() {
                // Every component carries its name as its title.
                let title = || name.as_str().into();
                members.entry("title").or_insert_with(title);
            }
            // The generator uses each name once.
            let _ = self.builder.define(COMPONENTS, name, definition);
        }
        let schema = normalized(schema);
        let target = schema.get("$ref").and_then(Value::as_str);
        if let (Some(name), Some(type_name)) = (target.and_then(component_name), type_name) {
            self.type_names.entry(name.to_owned()).or_insert(type_name);
        }
        schema
    }

    /// The components by their names.
    pub(super) fn members(&self) -> &Map<String, Value> {
        static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        let members = self.document().pointer(COMPONENTS);
        members.and_then(Value::as_object).unwrap_or(&NONE)
    }

    pub(super) fn type_names(&self) -> &BTreeMap<String, &'static str> {
        &self.type_names
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

impl fmt::Debug for Components {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.members().keys().collect();
        f.debug_tuple("Components").field(&names).finish()
    }
}
