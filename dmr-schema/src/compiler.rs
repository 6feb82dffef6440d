//! Compiles schemas: resolves references, and refuses invalid schemas.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::assertion::{Assertion, count};
use crate::compiled::{
    Array, Compiled, Contains, Dependent, If, Keyword, Object, Property, SchemaId, Types,
};
use crate::pattern;

/// The results of the schemas that have been compiled so far.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The targets of references into the document.
    references: HashMap<String, Result<SchemaId, String>>,
    /// For each schema, whether it applies itself to the same value again.
    endless: Vec<Endless>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Endless {
    Unknown,
    /// The schema is being examined.
    Open,
    Yes,
    No,
}

/// Compiles one schema. A reference is resolved in the document, or else in the schema itself.
pub(crate) struct Compiler<'s> {
    pub(crate) document: &'s Value,
    pub(crate) root: &'s Value,
    pub(crate) compiled: &'s mut Compiled,
    pub(crate) known: &'s mut Known,
    /// The targets of references into the schema itself.
    pub(crate) local: HashMap<String, SchemaId>,
}

impl<'s> Compiler<'s> {
    /// # Errors
    ///
    /// The schema is invalid, such as a `pattern` that is not a regular expression.
    pub(crate) fn compile(mut self) -> Result<SchemaId, String> {
        let root = self.root;
        let id = self.reserve();
        self.local.insert(String::new(), id);
        self.fill(id, root)?;
        self.refuse_endless(id.0)?;
        Ok(id)
    }

    fn schema(&mut self, schema: &'s Value) -> Result<SchemaId, String> {
        let id = self.reserve();
        self.fill(id, schema)?;
        Ok(id)
    }

    /// Reserves the position of a schema, which lets the schema refer to itself.
    fn reserve(&mut self) -> SchemaId {
        self.compiled.schemas.push(Vec::new());
        SchemaId(self.compiled.schemas.len() - 1)
    }

    fn fill(&mut self, id: SchemaId, schema: &'s Value) -> Result<(), String> {
        self.compiled.schemas[id.0] = match schema {
            Value::Bool(true) => Vec::new(),
            Value::Bool(false) => vec![Keyword::Never],
            Value::Object(keywords) => self.keywords(keywords)?,
            other => return Err(format!("{other} is not a schema")),
        };
        Ok(())
    }

    /// The target of a reference. It is compiled once for all schemas that refer to it.
    fn referred(&mut self, target: &Value) -> Result<SchemaId, String> {
        let text = target.as_str().unwrap_or_default();
        let decoded = percent_decode_str(text).decode_utf8_lossy();
        let pointer = decoded.strip_prefix('#');
        let nowhere = || format!("the `$ref` {target} has no target");
        let pointer = pointer.ok_or_else(nowhere)?;
        if let Some(known) = self.known.references.get(pointer) {
            return known.clone();
        }
        if let Some(known) = self.local.get(pointer) {
            return Ok(*known);
        }
        let in_document = self
            .document
            .pointer(pointer)
            .filter(|_| !pointer.is_empty());
        let Some(schema) = in_document else {
            let schema = self.root.pointer(pointer).ok_or_else(nowhere)?;
            let id = self.reserve();
            self.local.insert(pointer.to_owned(), id);
            self.fill(id, schema)?;
            return Ok(id);
        };
        let id = self.reserve();
        let references = &mut self.known.references;
        references.insert(pointer.to_owned(), Ok(id));
        let filled = self.fill(id, schema).map(|()| id);
        if let Err(error) = &filled {
            let error = Err(error.clone());
            self.known.references.insert(pointer.to_owned(), error);
        }
        filled
    }

    /// Refuses a schema, from `first` on, that applies itself to the same value.
    fn refuse_endless(&mut self, first: usize) -> Result<(), String> {
        let (schemas, states) = (self.compiled.schemas.len(), &mut self.known.endless);
        states.resize(schemas, Endless::Unknown);
        let mut new = (first..schemas).map(SchemaId);
        if new.any(|schema| is_endless(self.compiled, schema, states)) {
            return Err(
                "a variant of it is the type itself again, so that no value can be told to be of it"
                    .to_owned(),
            );
        }
        Ok(())
    }

    fn keywords(&mut self, schema: &'s Map<String, Value>) -> Result<Vec<Keyword>, String> {
        let mut found = Vec::new();
        if let Some(types) = schema.get("type") {
            found.push(Keyword::Type(Types::new(types)?));
        }
        for (keyword, value) in schema {
            found.extend(Assertion::new(keyword, value)?.map(Keyword::Assertion));
        }
        found.extend(self.object(schema)?.map(Keyword::Object));
        found.extend(self.array(schema)?.map(Keyword::Array));
        for (keyword, value) in schema {
            self.applicator(schema, keyword, value, &mut found)?;
        }
        // These come last: they apply to members and items that no other keyword has evaluated.
        if let Some(others) = self.optional(schema, "unevaluatedProperties")? {
            found.push(Keyword::UnevaluatedProperties(others));
        }
        if let Some(others) = self.optional(schema, "unevaluatedItems")? {
            found.push(Keyword::UnevaluatedItems(others));
        }
        Ok(found)
    }

    fn object(&mut self, schema: &'s Map<String, Value>) -> Result<Option<Object>, String> {
        let mut object = Object::default();
        let mut required = match schema.get("required") {
            Some(names) => texts("required", names)?,
            None => Vec::new(),
        };
        for (name, property) in members(schema, "properties")? {
            let before = required.len();
            required.retain(|required| required != name);
            object.properties.push(Property {
                name: name.clone(),
                schema: self.schema(property)?,
                required: required.len() < before,
            });
        }
        // Tags of variants come first, so a value is not searched for a variant that its tag rules
        // out.
        let is_tag = |property: &Property| {
            let keywords = self.compiled.keywords(property.schema);
            let constant = |keyword| matches!(keyword, &Keyword::Assertion(Assertion::Const(_)));
            keywords.iter().any(constant)
        };
        object.properties.sort_by_key(|property| !is_tag(property));
        for (text, property) in members(schema, "patternProperties")? {
            let property = self.schema(property)?;
            object.patterns.push((pattern::compile(text)?, property));
        }
        object.others = self.optional(schema, "additionalProperties")?;
        object.required = required;
        let is_empty = object.properties.is_empty()
            && object.required.is_empty()
            && object.patterns.is_empty()
            && object.others.is_none();
        Ok((!is_empty).then_some(object))
    }

    fn array(&mut self, schema: &'s Map<String, Value>) -> Result<Option<Array>, String> {
        let array = Array {
            first: match schema.get("prefixItems") {
                Some(first) => self.list("prefixItems", first)?,
                None => Vec::new(),
            },
            others: self.optional(schema, "items")?,
        };
        Ok((!array.first.is_empty() || array.others.is_some()).then_some(array))
    }

    /// Adds a keyword that applies other schemas, except those of objects and arrays.
    fn applicator(
        &mut self,
        schema: &'s Map<String, Value>,
        keyword: &str,
        value: &'s Value,
        found: &mut Vec<Keyword>,
    ) -> Result<(), String> {
        match keyword {
            "$ref" => {
                found.push(Keyword::All(vec![self.referred(value)?]));
            }
            "$dynamicRef" | "$recursiveRef" => {
                return Err(format!("`{keyword}` is not supported, write `$ref`"));
            }
            "allOf" => found.push(Keyword::All(self.list(keyword, value)?)),
            "anyOf" | "oneOf" => found.push(Keyword::Union {
                branches: self.list(keyword, value)?,
                only_one: keyword == "oneOf",
            }),
            "not" => found.push(Keyword::Not(self.schema(value)?)),
            "if" => found.push(Keyword::If(If {
                condition: self.schema(value)?,
                then: self.optional(schema, "then")?,
                otherwise: self.optional(schema, "else")?,
            })),
            "contains" => found.push(Keyword::Contains(Contains {
                schema: self.schema(value)?,
                minimum: match schema.get("minContains") {
                    Some(value) => count("minContains", value)?,
                    None => 1,
                },
                maximum: match schema.get("maxContains") {
                    Some(value) => count("maxContains", value)?,
                    None => u64::MAX,
                },
            })),
            "propertyNames" => found.push(Keyword::PropertyNames(self.schema(value)?)),
            "dependentRequired" => {
                for (property, names) in members(schema, keyword)? {
                    found.push(Keyword::Dependent(Dependent {
                        property: property.clone(),
                        required: texts(keyword, names)?,
                        schema: None,
                    }));
                }
            }
            "dependentSchemas" => {
                for (property, dependent) in members(schema, keyword)? {
                    found.push(Keyword::Dependent(Dependent {
                        property: property.clone(),
                        required: Vec::new(),
                        schema: Some(self.schema(dependent)?),
                    }));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn optional(
        &mut self,
        schema: &'s Map<String, Value>,
        keyword: &str,
    ) -> Result<Option<SchemaId>, String> {
        let schema = schema.get(keyword).map(|schema| self.schema(schema));
        schema.transpose()
    }

    fn list(&mut self, keyword: &str, schemas: &'s Value) -> Result<Vec<SchemaId>, String> {
        let schemas = schemas
            .as_array()
            .ok_or_else(|| format!("`{keyword}` is not an array"))?;
        schemas.iter().map(|schema| self.schema(schema)).collect()
    }
}

/// Whether a schema leads to itself, or to a schema that does, without a step into the value.
fn is_endless(compiled: &Compiled, schema: SchemaId, states: &mut [Endless]) -> bool {
    match states[schema.0] {
        Endless::Unknown => states[schema.0] = Endless::Open,
        Endless::Open | Endless::Yes => return true,
        Endless::No => return false,
    }
    let applied = compiled.keywords(schema).iter();
    let mut applied = applied.flat_map(Keyword::about_the_same_value);
    let endless = applied.any(|schema| is_endless(compiled, schema, states));
    states[schema.0] = if endless { Endless::Yes } else { Endless::No };
    endless
}

/// The members of a keyword whose value is an object. None if the keyword is missing.
fn members<'s>(
    schema: &'s Map<String, Value>,
    keyword: &str,
) -> Result<impl Iterator<Item = (&'s String, &'s Value)>, String> {
    match schema.get(keyword) {
        Some(Value::Object(members)) => Ok(Some(members).into_iter().flatten()),
        None => Ok(None.into_iter().flatten()),
        Some(_) => Err(format!("`{keyword}` is not an object")),
    }
}

fn texts(keyword: &str, value: &Value) -> Result<Vec<String>, String> {
    let texts = value.as_array().into_iter().flatten();
    let texts: Vec<String> = texts
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect();
    if value
        .as_array()
        .is_some_and(|items| items.len() == texts.len())
    {
        Ok(texts)
    } else {
        Err(format!("`{keyword}` is not an array of strings"))
    }
}
