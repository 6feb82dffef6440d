//! From Rust types to JSON Schema, and back: what is published is what is enforced.
//!
//! [`Schemas`] collects the schemas of an application while it is built; a [`Validator`] is one of them, [`compiled`]. To
//! [`check`] a value is to walk both, and each [`assertion`] that does not hold is worded by [`message`].

mod assertion;
mod check;
mod compiled;
mod describe;
mod equality;
mod format;
mod keywords;
mod message;
mod normalize;
mod number;
mod pattern;
mod problem;
mod proof;
#[cfg(test)]
mod test_suite;
mod unevaluated;
mod validator;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Map, Value};

use normalize::Normalize;

pub(crate) use describe::Describe;
pub(crate) use keywords::{COMMA_KEYWORD, NULL_KEYWORD, PART_KEYWORD, SSE_KEYWORD};
pub(crate) use proof::{is_proved_by_type, reads_as_said};
pub(crate) use validator::{Context, Validator};

/// Where the components of an OpenAPI document are.
const COMPONENTS: &str = "/components/schemas";

/// Every schema that the application publishes.
///
/// What a type accepts and what it sends can differ (a field with a default may be left out of a request, but is always in a
/// response), so both are kept, and told apart by name only where they do differ.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    requests: BTreeMap<String, Value>,
    responses: BTreeMap<String, Value>,
    /// What each entry of `responses` looks like as a request.
    responses_as_requests: BTreeMap<String, Value>,
    conflicts: BTreeSet<String>,
}

impl Schemas {
    /// The schema of `T` itself, not a reference to it: for parameters, whose model is not a component.
    pub(crate) fn inline_request<T: JsonSchema>(&mut self) -> Value {
        let mut generator = settings(Contract::Deserialize).into_generator();
        let schema = T::json_schema(&mut generator);
        self.add_requests(generator.take_definitions(true));
        normalize::normalized(schema)
    }

    /// The schema of what is sent as a `T`: a reference, if `T` has a name.
    pub(crate) fn response<T: JsonSchema + ?Sized>(&mut self) -> Value {
        let mut generator = settings(Contract::Serialize).into_generator();
        let schema = generator.subschema_for::<T>();
        let definitions = generator.take_definitions(true);

        let mut generator = settings(Contract::Deserialize).into_generator();
        generator.subschema_for::<T>();
        let as_requests = named(generator.take_definitions(true));

        merge(
            &mut self.responses_as_requests,
            as_requests,
            &mut self.conflicts,
        );
        merge(&mut self.responses, named(definitions), &mut self.conflicts);
        normalize::normalized(schema)
    }

    /// The schema of what is received as a `T`: a reference, if `T` has a name.
    pub(crate) fn request<T: JsonSchema + ?Sized>(&mut self) -> Value {
        let mut generator = settings(Contract::Deserialize).into_generator();
        let schema = generator.subschema_for::<T>();
        self.add_requests(generator.take_definitions(true));
        normalize::normalized(schema)
    }

    fn add_requests(&mut self, definitions: Map<String, Value>) {
        merge(&mut self.requests, named(definitions), &mut self.conflicts);
    }

    /// The components that schemas of requests refer to.
    pub(crate) fn requests(&self) -> &BTreeMap<String, Value> {
        &self.requests
    }

    /// The components that schemas of responses refer to.
    pub(crate) fn responses(&self) -> &BTreeMap<String, Value> {
        &self.responses
    }

    /// All components under the names that they are published with, and the names that two different types claim.
    pub(crate) fn publish(mut self) -> Published {
        let renames = self.renames();
        let mut components = self.requests;
        components.values_mut().for_each(strip_own_keywords);
        for (name, mut schema) in self.responses {
            rename_references(&mut schema, &renames);
            strip_own_keywords(&mut schema);
            match renames.get(&name) {
                Some(renamed) => {
                    if let Some(schema) = schema.as_object_mut() {
                        schema.insert("title".to_owned(), renamed.as_str().into());
                    }
                    components.insert(renamed.clone(), schema);
                }
                None => {
                    components.insert(name, schema);
                }
            }
        }
        Published {
            components,
            renames,
            conflicts: self.conflicts,
        }
    }

    /// The response schemas that differ from the request schema of the same name, or refer to one that does.
    fn renames(&mut self) -> BTreeMap<String, String> {
        let mut renames = BTreeMap::new();
        for (name, schema) in &self.responses {
            let Some(request) = self.requests.get(name) else {
                continue;
            };
            if self.responses_as_requests.get(name) != Some(request) {
                self.conflicts.insert(name.clone());
            }
            if schema != request {
                renames.insert(name.clone(), format!("{name}Response"));
            }
        }
        loop {
            let referring: Vec<&String> = self
                .responses
                .iter()
                .filter(|(name, schema)| {
                    self.requests.contains_key(*name)
                        && !renames.contains_key(*name)
                        && references(schema).any(|name| renames.contains_key(name))
                })
                .map(|(name, _)| name)
                .collect();
            if referring.is_empty() {
                return renames;
            }
            for name in referring {
                renames.insert(name.clone(), format!("{name}Response"));
            }
        }
    }
}

/// What [`Schemas::publish`] returns.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) components: BTreeMap<String, Value>,
    pub(crate) renames: BTreeMap<String, String>,
    pub(crate) conflicts: BTreeSet<String>,
}

/// Makes a response schema refer to the published names.
pub(crate) fn rename_references(schema: &mut Value, renames: &BTreeMap<String, String>) {
    if renames.is_empty() {
        return;
    }
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(target) if key == "$ref" => {
                        if let Some(renamed) = component_name(target).and_then(|n| renames.get(n)) {
                            *target = format!("#{COMPONENTS}/{renamed}");
                        }
                    }
                    _ => rename_references(value, renames),
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| rename_references(item, renames)),
        _ => {}
    }
}

/// The names of the components that a schema refers to.
fn references(schema: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match schema {
        Value::Object(members) => Box::new(members.iter().flat_map(|(key, value)| match value {
            Value::String(target) if key == "$ref" => {
                Box::new(component_name(target).into_iter()) as Box<dyn Iterator<Item = &str>>
            }
            _ => references(value),
        })),
        Value::Array(items) => Box::new(items.iter().flat_map(references)),
        _ => Box::new(std::iter::empty()),
    }
}

fn component_name(reference: &str) -> Option<&str> {
    reference
        .strip_prefix('#')?
        .strip_prefix(COMPONENTS)?
        .strip_prefix('/')
}

/// What a reference leads to. Nearly all lead to components, whose names need no unescaping.
fn referred<'s>(root: &'s Value, target: &str) -> Option<&'s Value> {
    match component_name(target) {
        Some(name) if !name.contains(['/', '~']) => {
            root.get("components")?.get("schemas")?.get(name)
        }
        _ => root.pointer(target.strip_prefix('#')?),
    }
}

/// The schema that a `$ref` in `schema` leads to, or `schema` itself.
pub(crate) fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let mut schema = schema;
    // A reference to a reference is legal; one that leads back to itself is not worth a hang.
    for _ in 0..16 {
        let Some(target) = schema.get("$ref").and_then(Value::as_str) else {
            return schema;
        };
        match referred(root, target) {
            Some(found) => schema = found,
            None => return schema,
        }
    }
    schema
}

/// The alternatives of a schema: the branches of `anyOf` or `oneOf`, or the schema itself.
pub(crate) fn branches<'s>(root: &'s Value, schema: &'s Value) -> Vec<&'s Value> {
    fn add<'s>(
        root: &'s Value,
        schema: &'s Value,
        inside: &mut Vec<&'s Value>,
        found: &mut Vec<&'s Value>,
    ) {
        let schema = resolve(root, schema);
        let alternatives = schema.get("anyOf").or_else(|| schema.get("oneOf"));
        let Some(Value::Array(alternatives)) = alternatives else {
            found.push(schema);
            return;
        };
        // A union that is a branch of itself is refused when it is compiled, which may come later.
        if inside.iter().any(|union| std::ptr::eq(*union, schema)) {
            return;
        }
        inside.push(schema);
        for alternative in alternatives {
            add(root, alternative, inside, found);
        }
        inside.pop();
    }
    let mut found = Vec::new();
    add(root, schema, &mut Vec::new(), &mut found);
    found
}

/// Whether a list comes as one text.
pub(crate) fn is_comma_separated(root: &Value, schema: &Value) -> bool {
    branches(root, schema)
        .iter()
        .any(|branch| branch.get(COMMA_KEYWORD).is_some())
}

/// The schema of the items, if the schema is that of a list: then a name may be repeated.
pub(crate) fn list_items<'s>(root: &'s Value, schema: &'s Value) -> Option<&'s Value> {
    branches(root, schema)
        .into_iter()
        .find(|branch| allows_type(branch, "array"))
        .map(|branch| branch.get("items").unwrap_or(&Value::Null))
}

/// Whether a schema allows values of this type.
pub(crate) fn allows_type(schema: &Value, name: &str) -> bool {
    match (schema.get("type"), schema.get("enum"), schema.get("const")) {
        (Some(Value::String(only)), ..) => only == name,
        (Some(Value::Array(several)), ..) => several.iter().any(|one| one == name),
        (_, Some(Value::Array(options)), _) => {
            name == "string" && options.iter().all(Value::is_string)
        }
        (.., Some(constant)) => name == "string" && constant.is_string(),
        _ => false,
    }
}

/// Removes the keywords that only dmr understands.
pub(crate) fn strip_own_keywords(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            for own in [COMMA_KEYWORD, NULL_KEYWORD, SSE_KEYWORD, PART_KEYWORD] {
                keywords.remove(own);
            }
            keywords.values_mut().for_each(strip_own_keywords);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_own_keywords),
        _ => {}
    }
}

fn settings(contract: Contract) -> SchemaSettings {
    let mut settings = SchemaSettings::draft2020_12().with_transform(Normalize);
    settings.definitions_path = COMPONENTS.into();
    settings.meta_schema = None;
    settings.contract = contract;
    settings
}

/// Every component carries its name as its title.
fn named(definitions: Map<String, Value>) -> BTreeMap<String, Value> {
    let mut named = BTreeMap::new();
    for (name, mut schema) in definitions {
        if let Some(schema) = schema.as_object_mut() {
            schema
                .entry("title")
                .or_insert_with(|| name.as_str().into());
        }
        named.insert(name, schema);
    }
    named
}

fn merge(
    into: &mut BTreeMap<String, Value>,
    from: BTreeMap<String, Value>,
    conflicts: &mut BTreeSet<String>,
) {
    for (name, schema) in from {
        match into.get(&name) {
            Some(known) if *known != schema => {
                conflicts.insert(name);
            }
            Some(_) => {}
            None => {
                into.insert(name, schema);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;
    use serde_json::json;

    /// A user.
    #[derive(Serialize, JsonSchema)]
    #[allow(dead_code)]
    struct User {
        #[serde(default)]
        age: Option<i64>,
        friends: Vec<User>,
    }

    mod other {
        #[derive(schemars::JsonSchema)]
        #[allow(dead_code)]
        pub(super) struct User {
            name: String,
        }
    }

    #[test]
    fn a_component_has_a_title_and_nullable_types_are_a_union() {
        let mut schemas = Schemas::default();
        assert_eq!(
            schemas.response::<User>(),
            json!({"$ref": "#/components/schemas/User"})
        );
        assert_eq!(
            schemas.publish().components["User"],
            json!({
                "title": "User",
                "description": "A user.",
                "type": "object",
                "properties": {
                    "age": {"anyOf": [{"type": "integer", "format": "int64"}, {"type": "null"}]},
                    "friends": {"type": "array", "items": {"$ref": "#/components/schemas/User"}},
                },
                "required": ["age", "friends"],
            })
        );
    }

    #[test]
    fn a_type_that_sends_more_than_it_needs_gets_two_names() {
        #[derive(Serialize, JsonSchema)]
        #[allow(dead_code)]
        struct Page {
            owner: User,
        }
        #[derive(JsonSchema)]
        #[allow(dead_code)]
        struct Filter {
            page: Page,
        }
        let mut schemas = Schemas::default();
        schemas.inline_request::<Filter>();
        schemas.response::<Page>();
        let published = schemas.publish();
        let names: Vec<&String> = published.components.keys().collect();
        assert_eq!(names, ["Page", "PageResponse", "User", "UserResponse"]);
        assert_eq!(
            published.components["PageResponse"]["properties"]["owner"]["$ref"],
            "#/components/schemas/UserResponse"
        );
        assert!(published.conflicts.is_empty());
    }

    #[test]
    fn two_types_under_one_name_are_a_conflict() {
        let mut schemas = Schemas::default();
        schemas.response::<User>();
        schemas.response::<other::User>();
        assert!(schemas.publish().conflicts.contains("User"));
    }
}
