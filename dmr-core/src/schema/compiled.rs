//! A schema, read once when the application is built: references are resolved, and mistakes are found.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use percent_encoding::percent_decode_str;
use regex::Regex;
use serde_json::{Map, Value};

use super::assertion::{Assertion, count};
use super::number::is_integer;
use super::{pattern, referred};

/// A schema and all schemas in it. Types may contain themselves, so schemas know each other by their places.
#[derive(Debug)]
pub(super) struct Compiled {
    schemas: Vec<Vec<Keyword>>,
}

/// A schema in [`Compiled`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SchemaId(usize);

/// What a schema demands of a value. Where several are broken, they are reported in this order.
#[derive(Debug)]
pub(super) enum Keyword {
    /// The schema `false`.
    Never,
    Type(Types),
    Assertion(Assertion),
    Object(Object),
    Array(Array),
    Contains(Contains),
    PropertyNames(SchemaId),
    /// `allOf`, and `$ref`.
    All(Vec<SchemaId>),
    /// `anyOf`, or `oneOf`.
    Union {
        branches: Vec<SchemaId>,
        only_one: bool,
    },
    Not(SchemaId),
    If(If),
    Dependent(Dependent),
    UnevaluatedProperties(SchemaId),
    UnevaluatedItems(SchemaId),
}

/// The types that a value may have.
#[derive(Debug)]
pub(super) struct Types(pub(super) Vec<Type>);

/// A type of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

/// `properties`, `required`, `patternProperties` and `additionalProperties`.
#[derive(Debug, Default)]
pub(super) struct Object {
    pub(super) properties: Vec<Property>,
    /// The required ones that are not among the properties.
    pub(super) required: Vec<String>,
    pub(super) patterns: Vec<(Regex, SchemaId)>,
    pub(super) others: Option<SchemaId>,
}

#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) schema: SchemaId,
    pub(super) required: bool,
}

/// `prefixItems` and `items`.
#[derive(Debug)]
pub(super) struct Array {
    pub(super) first: Vec<SchemaId>,
    pub(super) others: Option<SchemaId>,
}

/// `contains`, with how many items it may be.
#[derive(Debug)]
pub(super) struct Contains {
    pub(super) schema: SchemaId,
    pub(super) minimum: u64,
    pub(super) maximum: u64,
}

/// `if`, `then` and `else`.
#[derive(Debug)]
pub(super) struct If {
    pub(super) condition: SchemaId,
    pub(super) then: Option<SchemaId>,
    pub(super) otherwise: Option<SchemaId>,
}

/// `dependentRequired`, or `dependentSchemas`, for one property.
#[derive(Debug)]
pub(super) struct Dependent {
    pub(super) property: String,
    pub(super) required: Vec<String>,
    pub(super) schema: Option<SchemaId>,
}

impl Compiled {
    /// # Errors
    ///
    /// What is wrong with the schema, such as a `pattern` that is no regular expression.
    pub(super) fn new(root: &Value) -> Result<Self, String> {
        let mut compiler = Compiler {
            root,
            schemas: Vec::new(),
            known: HashMap::new(),
        };
        compiler.schema(root)?;
        let compiled = Self {
            schemas: compiler.schemas,
        };
        compiled.refuse_endless_schemas()?;
        Ok(compiled)
    }

    pub(super) fn root(&self) -> SchemaId {
        SchemaId(0)
    }

    pub(super) fn keywords(&self, schema: SchemaId) -> &[Keyword] {
        &self.schemas[schema.0]
    }

    /// Whether it is the schema `false`.
    pub(super) fn is_never(&self, schema: SchemaId) -> bool {
        matches!(self.keywords(schema), [Keyword::Never])
    }

    /// The types that the values of some schemas can have.
    pub(super) fn types(&self, schemas: &[SchemaId]) -> Vec<Type> {
        let mut found = Vec::new();
        for schema in schemas {
            for name in self.types_of(*schema) {
                if !found.contains(&name) {
                    found.push(name);
                }
            }
        }
        found
    }

    fn types_of(&self, schema: SchemaId) -> Vec<Type> {
        let keywords = self.keywords(schema).iter();
        let mut types = keywords.filter_map(|keyword| match keyword {
            Keyword::Type(Types(types)) => Some(types.clone()),
            Keyword::Assertion(Assertion::Enum(values)) => {
                Some(values.iter().map(Type::of).collect())
            }
            Keyword::Assertion(Assertion::Const(value)) => Some(vec![Type::of(value)]),
            Keyword::All(schemas)
            | Keyword::Union {
                branches: schemas, ..
            } => Some(self.types(schemas)),
            _ => None,
        });
        types.next().unwrap_or_default()
    }

    /// A schema that demands of a value that it is valid for the same schema.
    fn refuse_endless_schemas(&self) -> Result<(), String> {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            New,
            Open,
            Done,
        }
        fn visit(
            compiled: &Compiled,
            schema: SchemaId,
            states: &mut [State],
        ) -> Result<(), String> {
            match states[schema.0] {
                State::Done => return Ok(()),
                State::Open => {
                    return Err(
                        "a variant of it is the type itself again, so that no value can be told to be of it"
                            .to_owned(),
                    );
                }
                State::New => states[schema.0] = State::Open,
            }
            for keyword in compiled.keywords(schema) {
                for schema in keyword.about_the_same_value() {
                    visit(compiled, schema, states)?;
                }
            }
            states[schema.0] = State::Done;
            Ok(())
        }
        let mut states = vec![State::New; self.schemas.len()];
        (0..self.schemas.len()).try_for_each(|id| visit(self, SchemaId(id), &mut states))
    }
}

impl Keyword {
    /// The schemas that a value has to be valid for, where this keyword is.
    fn about_the_same_value(&self) -> Vec<SchemaId> {
        match self {
            Self::All(schemas)
            | Self::Union {
                branches: schemas, ..
            } => schemas.clone(),
            Self::Not(schema) => vec![*schema],
            Self::If(If {
                condition,
                then,
                otherwise,
            }) => [Some(*condition), *then, *otherwise]
                .into_iter()
                .flatten()
                .collect(),
            Self::Dependent(dependent) => dependent.schema.into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

impl Types {
    fn new(value: &Value) -> Result<Self, String> {
        let names = match value {
            Value::Array(names) => names.as_slice(),
            name => std::slice::from_ref(name),
        };
        let types = names.iter().map(|name| match name.as_str() {
            Some("null") => Ok(Type::Null),
            Some("boolean") => Ok(Type::Boolean),
            Some("integer") => Ok(Type::Integer),
            Some("number") => Ok(Type::Number),
            Some("string") => Ok(Type::String),
            Some("array") => Ok(Type::Array),
            Some("object") => Ok(Type::Object),
            _ => Err(format!("{name} is no `type`")),
        });
        types.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn allow(&self, value: &Value) -> bool {
        let found = Type::of(value);
        self.0.iter().any(|allowed| {
            *allowed == found
                || match (allowed, value) {
                    (Type::Integer, Value::Number(number)) => is_integer(number),
                    (Type::Number, Value::Number(_)) => true,
                    _ => false,
                }
        })
    }
}

impl Type {
    /// The type of a value. Nothing is an integer that is written like a float.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Number,
            Value::Number(_) => Self::Integer,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }

    /// How the error texts call it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "bool",
            Self::Integer => "int",
            Self::Number => "float",
            Self::String => "str",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

struct Compiler<'s> {
    root: &'s Value,
    schemas: Vec<Vec<Keyword>>,
    /// The places of schemas, by address.
    known: HashMap<*const Value, SchemaId>,
}

impl<'s> Compiler<'s> {
    fn schema(&mut self, schema: &'s Value) -> Result<SchemaId, String> {
        let id = SchemaId(self.schemas.len());
        match self.known.entry(schema) {
            Entry::Occupied(known) => return Ok(*known.get()),
            Entry::Vacant(new) => new.insert(id),
        };
        self.schemas.push(Vec::new());
        self.schemas[id.0] = match schema {
            Value::Bool(true) => Vec::new(),
            Value::Bool(false) => vec![Keyword::Never],
            Value::Object(keywords) => self.keywords(keywords)?,
            other => return Err(format!("{other} is no schema")),
        };
        Ok(id)
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
        // They are about what all others have left.
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
        // Those that tell variants apart come first: a value is not searched through for a variant that it is not.
        let is_tag = |property: &Property| {
            let keywords = &self.schemas[property.schema.0];
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

    /// Adds what the keywords demand that apply other schemas, apart from those of objects and arrays.
    fn applicator(
        &mut self,
        schema: &'s Map<String, Value>,
        keyword: &str,
        value: &'s Value,
        found: &mut Vec<Keyword>,
    ) -> Result<(), String> {
        match keyword {
            "$ref" => {
                let target = self.referred(value)?;
                found.push(Keyword::All(vec![self.schema(target)?]));
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

    fn referred(&self, target: &Value) -> Result<&'s Value, String> {
        let text = target.as_str().unwrap_or_default();
        let decoded = percent_decode_str(text).decode_utf8_lossy();
        referred(self.root, &decoded).ok_or_else(|| format!("the `$ref` {target} leads nowhere"))
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

/// The members of a keyword whose value is an object, none if it is left out.
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
        Err(format!("`{keyword}` is not an array of texts"))
    }
}
