//! What the errors of JSON Schema say: the texts of decision 1, with the path of what is wrong.

use std::fmt::Write;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::paths::LocationSegment;
use jsonschema::{ValidationError, paths::Location};
use serde_json::Value;

use super::{Context, branches, resolve};
use crate::error::{ErrorDetail, ErrorLocation, ErrorType};

/// One thing that is wrong, and where it stands in the order of the schema.
pub(super) struct Problem {
    pub(super) position: Vec<usize>,
    pub(super) detail: ErrorDetail,
}

/// The problems behind one error of the validator.
pub(super) fn problems(
    root: &Value,
    error: &ValidationError<'_>,
    context: Context,
) -> Vec<Problem> {
    let place = Place::of(root, error.instance_path(), context);
    let one = |text: String| vec![place.problem(&text)];
    let instance = error.instance().as_ref();
    match error.kind() {
        Kind::AnyOf { context: branches } | Kind::OneOfNotValid { context: branches } => {
            match closest_branch(branches) {
                Some(branch) => branch
                    .iter()
                    .flat_map(|error| problems(root, error, context))
                    .collect(),
                None => one(place.wrong_type(instance)),
            }
        }
        Kind::Type { .. } => one(place.wrong_type(instance)),
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![place.missing(name)]
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            unexpected
                .iter()
                .map(|name| place.problem(&format!("Object contains unknown field `{name}`")))
                .collect()
        }
        Kind::Enum { .. } | Kind::Constant { .. } => one(match instance {
            Value::String(text) => invalid_enum_value(text),
            other => format!("Invalid enum value {other}"),
        }),
        Kind::Minimum { limit } => one(format!("Expected `{}` >= {limit}", word(instance))),
        Kind::Maximum { limit } => one(format!("Expected `{}` <= {limit}", word(instance))),
        Kind::ExclusiveMinimum { limit } => one(format!("Expected `{}` > {limit}", word(instance))),
        Kind::ExclusiveMaximum { limit } => one(format!("Expected `{}` < {limit}", word(instance))),
        Kind::MultipleOf { multiple_of } => one(format!(
            "Expected `{}` that's a multiple of {multiple_of}",
            word(instance)
        )),
        Kind::MinLength { limit } => one(format!("Expected `str` of length >= {limit}")),
        Kind::MaxLength { limit } => one(format!("Expected `str` of length <= {limit}")),
        Kind::Pattern { pattern } => one(format!("Expected `str` matching regex '{pattern}'")),
        Kind::Format { format } => one(format!("Expected `str` matching format '{format}'")),
        Kind::MinItems { limit } => one(format!("Expected `array` of length >= {limit}")),
        Kind::MaxItems { limit } => one(format!("Expected `array` of length <= {limit}")),
        Kind::UniqueItems => one("Expected `array` with unique items".to_owned()),
        Kind::MinProperties { limit } => one(format!("Expected `object` of length >= {limit}")),
        Kind::MaxProperties { limit } => one(format!("Expected `object` of length <= {limit}")),
        other => one(format!("Value does not satisfy `{}`", other.keyword())),
    }
}

/// The branch that was meant: the only one of whose errors none is about the value itself (its type, or the constant that
/// tells variants apart).
fn closest_branch<'e>(
    branches: &'e [Vec<ValidationError<'static>>],
) -> Option<&'e Vec<ValidationError<'static>>> {
    let mut meant = branches.iter().filter(|errors| {
        !errors.is_empty()
            && !errors.iter().any(|error| {
                let depth = error.instance_path().iter().count();
                match error.kind() {
                    Kind::Type { .. } | Kind::Enum { .. } => depth <= depth_of(branches),
                    Kind::Constant { .. } => depth <= depth_of(branches) + 1,
                    _ => false,
                }
            })
    });
    match (meant.next(), meant.next()) {
        (Some(branch), None) => Some(branch),
        _ => None,
    }
}

/// How deep the value lies for which the branches are alternatives.
fn depth_of(branches: &[Vec<ValidationError<'static>>]) -> usize {
    branches
        .iter()
        .flatten()
        .map(|error| error.instance_path().iter().count())
        .min()
        .unwrap_or(0)
}

/// A value in the document that was validated, and its schema.
struct Place<'s> {
    root: &'s Value,
    schema: Option<&'s Value>,
    context: Context,
    position: Vec<usize>,
    path: String,
    loc: Vec<ErrorLocation>,
}

impl<'s> Place<'s> {
    fn of(root: &'s Value, location: &Location, context: Context) -> Self {
        let mut place = Self {
            root,
            schema: Some(root),
            context,
            position: Vec::new(),
            path: "$".to_owned(),
            loc: Vec::new(),
        };
        if let Some(component) = context.component {
            let _ = write!(place.path, ".{component}");
            place.loc.push(component.into());
        }
        for segment in location {
            match segment {
                LocationSegment::Property(name) => place.enter_property(&name),
                LocationSegment::Index(index) => place.enter_item(index),
            }
        }
        place
    }

    fn enter_property(&mut self, name: &str) {
        let (position, schema) = self.property(name);
        match position {
            usize::MAX => self.path.push_str("[...]"),
            _ => {
                self.path.push('.');
                self.path.push_str(&self.context.displayed(name));
            }
        }
        self.position.push(position);
        self.schema = schema;
        self.loc.push(name.into());
    }

    fn enter_item(&mut self, index: usize) {
        let _ = write!(self.path, "[{index}]");
        self.position.push(index);
        self.schema = self.alternatives().find_map(|schema| {
            let tuple = schema.get("prefixItems").and_then(|items| items.get(index));
            tuple.or_else(|| schema.get("items"))
        });
        self.loc.push(ErrorLocation::Index(
            i64::try_from(index).unwrap_or(i64::MAX),
        ));
    }

    /// Where a property stands in its object, and its schema. A member of a map stands nowhere.
    fn property(&self, name: &str) -> (usize, Option<&'s Value>) {
        let declared = self.alternatives().find_map(|schema| {
            let properties = schema.get("properties")?.as_object()?;
            let position = properties.keys().position(|key| key == name)?;
            Some((position, properties.get(name)))
        });
        declared.unwrap_or_else(|| {
            let members = self
                .alternatives()
                .find_map(|schema| schema.get("additionalProperties"));
            (usize::MAX, members)
        })
    }

    fn alternatives(&self) -> impl Iterator<Item = &'s Value> + use<'s> {
        let root = self.root;
        self.schema
            .into_iter()
            .flat_map(move |schema| branches(root, schema))
    }

    fn wrong_type(&self, instance: &Value) -> String {
        let mut expected: Vec<&str> = Vec::new();
        for schema in self.alternatives() {
            for name in type_words(resolve(self.root, schema)) {
                if !expected.contains(&name) {
                    expected.push(name);
                }
            }
        }
        let got = word(instance);
        if expected.is_empty() || expected.contains(&got) {
            // The type is right, but no variant of a union has this name or these members.
            return match instance {
                Value::String(text) => invalid_enum_value(text),
                _ => "Value matches none of the allowed variants".to_owned(),
            };
        }
        format!("Expected `{}`, got `{got}`", expected.join(" | "))
    }

    fn missing(&self, name: &str) -> Problem {
        let text = format!(
            "Object missing required field `{}`",
            self.context.displayed(name)
        );
        let mut problem = self.problem(&text);
        problem.position.push(self.property(name).0);
        if let Some(loc) = &mut problem.detail.loc {
            loc.push(name.into());
        }
        problem
    }

    fn problem(&self, text: &str) -> Problem {
        // At the root of a response or an event, the path says nothing.
        let msg = match self.path.as_str() {
            "$" => text.to_owned(),
            path => format!("{text} - at `{path}`"),
        };
        let mut detail = ErrorDetail::new(msg).error_type(ErrorType::VALUE_ERROR);
        if self.context.locations {
            detail = detail.loc(self.loc.iter().cloned());
        }
        Problem {
            position: self.position.clone(),
            detail,
        }
    }
}

fn invalid_enum_value(text: &str) -> String {
    format!("Invalid enum value '{text}'")
}

/// What a schema expects, in the words of the error texts.
fn type_words(schema: &Value) -> Vec<&'static str> {
    let words = |name: &Value| match name.as_str() {
        Some("integer") => Some("int"),
        Some("number") => Some("float"),
        Some("string") => Some("str"),
        Some("boolean") => Some("bool"),
        Some("null") => Some("null"),
        Some("object") => Some("object"),
        Some("array") => Some("array"),
        _ => None,
    };
    match (schema.get("type"), schema.get("enum"), schema.get("const")) {
        (Some(Value::Array(names)), ..) => names.iter().filter_map(words).collect(),
        (Some(name), ..) => words(name).into_iter().collect(),
        (_, Some(Value::Array(options)), _) => options.iter().map(word).collect(),
        (.., Some(constant)) => vec![word(constant)],
        _ => Vec::new(),
    }
}

/// What a value is, in the words of the error texts.
fn word(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::schema::{Schemas, Validator};
    use schemars::JsonSchema;
    use serde_json::json;

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Order {
        email: String,
        #[schemars(range(min = 1, max = 9))]
        count: i64,
        #[schemars(length(max = 3))]
        note: Option<String>,
        lines: Vec<Line>,
        size: Size,
        extra: BTreeMap<String, i64>,
        payment: Option<Payment>,
    }

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Line {
        price: f64,
    }

    #[derive(JsonSchema)]
    #[serde(rename_all = "lowercase")]
    #[allow(dead_code)]
    enum Size {
        Small,
        Large,
    }

    #[derive(JsonSchema)]
    #[serde(tag = "by", rename_all = "lowercase")]
    #[allow(dead_code)]
    enum Payment {
        Card { number: String },
        Invoice { vat: i64 },
    }

    fn texts<T: JsonSchema>(value: &Value) -> Vec<String> {
        let mut schemas = Schemas::default();
        let schema = schemas.inline_request::<T>();
        let validator = Validator::new(&schema, schemas.requests()).unwrap();
        let context = Context {
            component: Some("parsed_body"),
            headers: false,
            locations: true,
        };
        let errors = validator.errors(value, context);
        errors.into_iter().map(|detail| detail.msg).collect()
    }

    #[test]
    fn all_errors_in_the_order_of_the_fields() {
        let value = json!({
            "count": 10, "note": "long", "lines": [{"price": 1}, {"price": "x"}], "size": "huge",
            "extra": {"a": "b"}, "payment": {"by": "invoice", "vat": "none"},
        });
        assert_eq!(
            texts::<Order>(&value),
            [
                "Object missing required field `email` - at `$.parsed_body`",
                "Expected `int` <= 9 - at `$.parsed_body.count`",
                "Expected `str` of length <= 3 - at `$.parsed_body.note`",
                "Expected `float`, got `str` - at `$.parsed_body.lines[1].price`",
                "Invalid enum value 'huge' - at `$.parsed_body.size`",
                "Expected `int`, got `str` - at `$.parsed_body.extra[...]`",
                "Expected `int`, got `str` - at `$.parsed_body.payment.vat`",
            ]
        );
    }

    #[test]
    fn unions_name_every_type() {
        assert_eq!(
            texts::<Option<Line>>(&json!(5)),
            ["Expected `object | null`, got `int` - at `$.parsed_body`"]
        );
        assert_eq!(
            texts::<Option<Line>>(&json!({})),
            ["Object missing required field `price` - at `$.parsed_body`"]
        );
        assert_eq!(
            texts::<Payment>(&json!({"by": "cash"})),
            ["Value matches none of the allowed variants - at `$.parsed_body`"]
        );
    }
}
