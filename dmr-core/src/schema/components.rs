//! The components to which schemas refer. Each is generated once and compiled once.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

use dmr_schema::{SchemaSet, SchemaSetBuilder};
use schemars::generate::{Contract, SchemaSettings};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

use super::names::shape_of;
use super::normalize::{Normalize, normalized};
use super::{COMPONENTS, SchemaOf, Validator, component_name};

/// The schemas that all endpoints of an application share. The set is filled when the build ends.
pub(super) type SharedSet = Arc<OnceLock<SchemaSet>>;

/// The components of requests, or of responses.
pub(crate) struct Components {
    /// Appends numbers to tell types of one name apart.
    generator: SchemaGenerator,
    builder: SchemaSetBuilder,
    /// The Rust types of components, if they are known.
    type_names: BTreeMap<String, &'static str>,
    shared: SharedSet,
    /// The errors of types that the generator confuses with others.
    conflicts: Vec<String>,
}

/// A generator of schemas for requests or for responses.
fn generator(contract: Contract) -> SchemaGenerator {
    let mut settings = SchemaSettings::draft2020_12().with_transform(Normalize);
    settings.definitions_path = COMPONENTS.into();
    settings.meta_schema = None;
    settings.contract = contract;
    settings.into_generator()
}

impl Components {
    pub(super) fn new(contract: Contract) -> Self {
        Self {
            generator: generator(contract),
            conflicts: Vec::new(),
            builder: SchemaSetBuilder::default(),
            type_names: BTreeMap::new(),
            shared: SharedSet::default(),
        }
    }

    /// The schema of a type: a reference, if it has a name.
    pub(super) fn reference_to(&mut self, of: SchemaOf) -> Value {
        let schema = (of.reference)(&mut self.generator);
        let schema = self.add(schema, Some(of.type_name()));
        let mut fresh = self.fresh();
        let alone = normalized((of.reference)(&mut fresh));
        self.compare(of.type_name(), &schema, &alone, &fresh);
        schema
    }

    fn fresh(&self) -> SchemaGenerator {
        generator(self.generator.settings().contract.clone())
    }

    /// Notes a type whose schema changes when it is generated alone. The generator tells types
    /// apart by their `schema_id`. Two types in two functions of a module, or with a custom
    /// `JsonSchema`, may share one.
    fn compare(
        &mut self,
        type_name: &'static str,
        schema: &Value,
        alone: &Value,
        fresh: &SchemaGenerator,
    ) {
        let mut definitions = Map::new();
        for (name, definition) in fresh.definitions() {
            let definition = Schema::try_from(definition.clone()).unwrap_or_default();
            definitions.insert(name.clone(), titled(name, normalized(definition)));
        }
        let members = self.members();
        let same = |(name, schema): (&String, &Value)| members.get(name) == Some(schema);
        if schema == alone && definitions.iter().all(same) {
            return;
        }
        if shape_of(schema, members) != shape_of(alone, &definitions) {
            self.conflicts.push(format!(
                "`{type_name}`, or a type inside of it, has the `schema_id` of another type: give one of them \
                 another name, or implement `JsonSchema::schema_id`"
            ));
        }
    }

    /// The errors of types that the generator confuses.
    pub(super) fn conflicts(&self) -> &[String] {
        &self.conflicts
    }

    /// The schema of a type itself.
    pub(super) fn inline(&mut self, of: SchemaOf) -> Value {
        let schema = (of.inline)(&mut self.generator);
        let schema = self.add(schema, None);
        let mut fresh = self.fresh();
        let alone = normalized((of.inline)(&mut fresh));
        self.compare(of.type_name(), &schema, &alone, &fresh);
        schema
    }

    /// Adds the new components.
    fn add(&mut self, schema: Schema, type_name: Option<&'static str>) -> Value {
        for (name, definition) in self
            .generator
            .definitions()
            .iter()
            .skip(self.members().len())
        {
            let definition = Schema::try_from(definition.clone()).unwrap_or_default();
            let definition = titled(name, normalized(definition));
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
    /// The schema is invalid, such as a `pattern` that is not a regular expression.
    pub(crate) fn validator(&mut self, schema: &Value) -> Result<Validator, String> {
        let id = self.builder.compile(schema);
        let id = id.map_err(|error| error.to_string())?;
        Ok(Validator::new(Arc::clone(&self.shared), id, schema.clone()))
    }

    pub(super) fn freeze(self) {
        // Nothing else sets it.
        let _ = self.shared.set(self.builder.build());
    }
}

/// Adds the name of a component as its title.
fn titled(name: &str, mut definition: Value) -> Value {
    if let Some(members) = definition.as_object_mut() {
        members.entry("title").or_insert_with(|| name.into());
    }
    definition
}

impl fmt::Debug for Components {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.members().keys().collect();
        f.debug_tuple("Components").field(&names).finish()
    }
}
