//! Compiled schemas. References are resolved, and invalid schemas have been refused.

use regex::Regex;
use serde_json::Value;

use crate::assertion::Assertion;
use crate::number::is_integer;

/// All schemas, including those inside of others. Types may contain themselves, so schemas refer to
/// each other by position.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    pub(crate) schemas: Vec<Vec<Keyword>>,
}

/// The id of a schema in a [`SchemaSet`](crate::SchemaSet).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SchemaId(pub(crate) usize);

/// A keyword of a schema. The compiler stores the keywords in the order in which problems are
/// reported.
#[derive(Debug)]
pub(crate) enum Keyword {
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
pub(crate) struct Types(pub(crate) Vec<Type>);

/// A type of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
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
pub(crate) struct Object {
    pub(crate) properties: Vec<Property>,
    /// The required members that are not among the properties.
    pub(crate) required: Vec<String>,
    pub(crate) patterns: Vec<(Regex, SchemaId)>,
    pub(crate) others: Option<SchemaId>,
}

#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) schema: SchemaId,
    pub(crate) required: bool,
}

/// `prefixItems` and `items`.
#[derive(Debug)]
pub(crate) struct Array {
    pub(crate) first: Vec<SchemaId>,
    pub(crate) others: Option<SchemaId>,
}

/// `contains`, with the allowed numbers of items.
#[derive(Debug)]
pub(crate) struct Contains {
    pub(crate) schema: SchemaId,
    pub(crate) minimum: u64,
    pub(crate) maximum: u64,
}

/// `if`, `then` and `else`.
#[derive(Debug)]
pub(crate) struct If {
    pub(crate) condition: SchemaId,
    pub(crate) then: Option<SchemaId>,
    pub(crate) otherwise: Option<SchemaId>,
}

/// `dependentRequired`, or `dependentSchemas`, for one property.
#[derive(Debug)]
pub(crate) struct Dependent {
    pub(crate) property: String,
    pub(crate) required: Vec<String>,
    pub(crate) schema: Option<SchemaId>,
}

impl Compiled {
    pub(crate) fn keywords(&self, schema: SchemaId) -> &[Keyword] {
        &self.schemas[schema.0]
    }

    /// Whether a schema is `false`.
    pub(crate) fn is_never(&self, schema: SchemaId) -> bool {
        matches!(self.keywords(schema), [Keyword::Never])
    }

    /// The types that some schemas allow.
    pub(crate) fn types(&self, schemas: &[SchemaId]) -> Vec<Type> {
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
}

impl Keyword {
    /// The schemas that the keyword applies to the same value.
    pub(crate) fn about_the_same_value(&self) -> Vec<SchemaId> {
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
    pub(crate) fn new(value: &Value) -> Result<Self, String> {
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
            _ => Err(format!("{name} is not a `type`")),
        });
        types.collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn allow(&self, value: &Value) -> bool {
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
    /// The type of a value. A number that is written like a float is not an integer.
    pub(crate) fn of(value: &Value) -> Self {
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

    /// The name of the type in error messages.
    pub(crate) fn word(self) -> &'static str {
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
