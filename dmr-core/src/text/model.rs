//! [`TextModel`]: a model that is read from text, such as headers, queries, paths, cookies and
//! forms.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{Pairs, coerce};
use crate::error_detail::ErrorDetail;
use crate::schema::{
    Context, Readable, Reading, Schemas, Validator, is_comma_separated, item_schema, list_items,
    remove_unknown,
};
use crate::serializer::from_value;

/// The schema of a model, prepared for reading text into it.
///
/// Valid text goes straight into the user's type. Only if that fails, or if the type alone does not
/// prove the schema, the text is checked against the published schema, which finds every error.
#[derive(Debug)]
pub struct TextModel {
    fields: Vec<Field>,
    /// Whether the model accepts names beyond its fields, as a map does.
    open: bool,
    shape: Shape,
    reading: Reading,
    validator: Validator,
    context: Context,
}

/// The shape of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    /// A struct with fields, or a map.
    Struct,
    /// The value of the only field.
    Single,
    /// The values of the fields, in order.
    Tuple,
}

/// One field of the model.
#[derive(Debug)]
pub(crate) struct Field {
    /// The wire name.
    pub(crate) name: String,
    /// Whether the field takes several values.
    pub(crate) list: bool,
}

impl TextModel {
    pub(crate) fn new(
        schema: &Value,
        readable: Readable,
        schemas: &mut Schemas,
        context: Context,
    ) -> Result<Self, String> {
        let validator = schemas.requests().validator(schema)?;
        let reading = schemas.reading(readable, &validator);
        Self::with(schema, validator, reading, schemas, context)
    }

    fn with(
        schema: &Value,
        validator: Validator,
        reading: Reading,
        schemas: &mut Schemas,
        context: Context,
    ) -> Result<Self, String> {
        let properties = schema.get("properties").and_then(Value::as_object);
        let additional = schema.get("additionalProperties");
        if properties.is_none() && additional.is_none() {
            let unit = schema.get("type").is_some_and(|name| name == "object");
            if !unit {
                return Err("it must be a struct with named fields, or a map".to_owned());
            }
        }
        let document = schemas.requests().document();
        let fields = properties
            .into_iter()
            .flatten()
            .map(|(name, schema)| Field {
                name: name.clone(),
                list: list_items(document, schema).is_some()
                    && !is_comma_separated(document, schema),
            });
        Ok(Self {
            fields: fields.collect(),
            open: additional.is_some_and(|additional| additional != &Value::Bool(false)),
            shape: Shape::Struct,
            reading,
            validator,
            context,
        })
    }

    /// The model of a single value with a name.
    pub(crate) fn single(
        name: &str,
        schema: &Value,
        readable: Readable,
        schemas: &mut Schemas,
        context: Context,
    ) -> Result<Self, String> {
        let of_value = schemas.requests().validator(schema)?;
        let reading = schemas.reading(readable, &of_value);
        let schema = json!({"type": "object", "properties": {name: schema}, "required": [name]});
        let validator = schemas.requests().validator(&schema)?;
        let model = Self::with(&schema, validator, reading, schemas, context)?;
        Ok(Self {
            shape: Shape::Single,
            ..model
        })
    }

    /// The model of several values with names, in this order.
    pub(crate) fn tuple(
        names: &[&str],
        tuple: &Value,
        readable: Readable,
        schemas: &mut Schemas,
        context: Context,
    ) -> Result<Self, String> {
        let members = tuple.get("prefixItems").and_then(Value::as_array);
        let members = members.map_or(&[][..], Vec::as_slice);
        if members.len() != names.len() {
            let (members, parameters) = (members.len(), names.len());
            return Err(format!(
                "it has {members} members, but the path has {parameters} parameters"
            ));
        }
        let properties: Map<String, Value> = names
            .iter()
            .zip(members)
            .map(|(name, member)| ((*name).to_owned(), member.clone()))
            .collect();
        let schema = json!({"type": "object", "properties": properties, "required": names});
        let of_tuple = schemas.requests().validator(tuple)?;
        let reading = schemas.reading(readable, &of_tuple);
        let validator = schemas.requests().validator(&schema)?;
        let mut model = Self::with(&schema, validator, reading, schemas, context)?;
        let position = |field: &Field| names.iter().position(|name| *name == field.name);
        model.fields.sort_by_key(position);
        Ok(Self {
            shape: Shape::Tuple,
            ..model
        })
    }

    pub(crate) fn fields(&self) -> &[Field] {
        &self.fields
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Reads a `T`, or finds all errors.
    ///
    /// # Errors
    ///
    /// All values that do not match the schema, in the order of the fields.
    pub fn read<T: DeserializeOwned>(&self, mut pairs: Pairs<'_>) -> Result<T, Vec<ErrorDetail>> {
        pairs.group();
        if self.reading.is_proved() && self.reads_directly() {
            let direct = match self.fields.first() {
                Some(field) if self.shape == Shape::Single => pairs.deserialize_one(&field.name),
                _ => pairs.deserialize(),
            };
            if let Ok(read) = direct {
                return Ok(read);
            }
        }
        match from_value(self.value(pairs)?) {
            Ok(read) => Ok(read),
            Err((text, _)) => Err(vec![self.problem_at_root(&text)]),
        }
    }

    /// Whether serde can read the texts themselves. In a flattened struct it takes each text for a
    /// string, and drops an optional one without a word. Tuples are rare, and a third way to read
    /// would be compiled for each type of an application.
    fn reads_directly(&self) -> bool {
        match self.shape {
            Shape::Struct => self.reading.is_plain(),
            Shape::Single => true,
            Shape::Tuple => false,
        }
    }

    /// Reads the pairs as a JSON value that satisfies the schema.
    ///
    /// # Errors
    ///
    /// The errors of [`read`](Self::read).
    pub(crate) fn value(&self, mut pairs: Pairs<'_>) -> Result<Value, Vec<ErrorDetail>> {
        pairs.group();
        let mut value = self.checked(&pairs)?;
        if !self.reading.is_plain() {
            let (document, schema) = (self.validator.document(), self.validator.schema());
            remove_unknown(document, &[schema], &mut value);
        }
        Ok(self.unwrapped(value))
    }

    /// The JSON value of the pairs, if it satisfies the schema.
    fn checked(&self, pairs: &Pairs<'_>) -> Result<Value, Vec<ErrorDetail>> {
        let value = self.to_value(pairs);
        let errors = self.validator.errors(&value, self.context);
        if errors.is_empty() {
            Ok(value)
        } else {
            Err(errors)
        }
    }

    /// Converts the pairs to a JSON value with the types of the schema.
    fn to_value(&self, pairs: &Pairs<'_>) -> Value {
        let (schema, document) = (self.validator.schema(), self.validator.document());
        let mut object = Map::new();
        for (name, values) in pairs.groups() {
            let schema = schema
                .get("properties")
                .and_then(|properties| properties.get(name))
                .or_else(|| schema.get("additionalProperties"))
                .unwrap_or(&Value::Null);
            let last = values.last().unwrap_or_default();
            let value = match list_items(document, schema) {
                Some(_) if is_comma_separated(document, schema) => {
                    list(document, schema, last.split(','))
                }
                Some(_) => list(document, schema, values),
                None => coerce(document, schema, last),
            };
            object.insert(name.to_owned(), value);
        }
        Value::Object(object)
    }

    /// The value from which the model is read.
    fn unwrapped(&self, value: Value) -> Value {
        match (self.shape, value) {
            (Shape::Single, Value::Object(object)) => object
                .into_iter()
                .next()
                .map_or(Value::Null, |(_, value)| value),
            (Shape::Tuple, Value::Object(mut object)) => {
                let fields = self.fields.iter();
                let values = fields.map(|field| object.remove(&field.name).unwrap_or_default());
                values.collect()
            }
            (_, value) => value,
        }
    }

    /// An error of the model as a whole.
    pub(crate) fn problem_at_root(&self, text: &str) -> ErrorDetail {
        self.context.detail(text, &[])
    }

    /// An error of one field.
    pub(crate) fn problem(&self, name: &str, text: &str) -> ErrorDetail {
        self.context.detail(text, &[name.into()])
    }
}

/// The texts of a list or a tuple as the schema expects them.
fn list<'t>(document: &Value, schema: &Value, texts: impl Iterator<Item = &'t str>) -> Value {
    let texts = texts.enumerate();
    texts
        .map(|(index, text)| coerce(document, item_schema(document, schema, index), text))
        .collect()
}
