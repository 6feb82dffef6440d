//! What the errors of JSON Schema say: the texts of decision 1, with the path of what is wrong.

use std::fmt::Write;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::paths::LocationSegment;
use jsonschema::{ValidationError, paths::Location};
use serde_json::Value;

use super::Context;
use super::outline::{Node, Outline, word};
use crate::error::{ErrorDetail, ErrorLocation, ErrorType};

/// One thing that is wrong, and where it stands in the order of the schema.
pub(super) struct Problem {
    pub(super) position: Vec<usize>,
    pub(super) detail: ErrorDetail,
}

/// Adds the problems behind one error of the validator.
pub(super) fn add_problems(
    problems: &mut Vec<Problem>,
    outline: &Outline,
    error: &ValidationError<'_>,
    context: Context,
) {
    let place = || Place::of(outline, error.instance_path(), context);
    let instance = error.instance().as_ref();
    match error.kind() {
        Kind::AnyOf { context: branches } | Kind::OneOfNotValid { context: branches } => {
            match closest_branch(branches) {
                Some(branch) => branch
                    .iter()
                    .for_each(|error| add_problems(problems, outline, error, context)),
                None => problems.push(place().wrong_type(instance)),
            }
        }
        Kind::Type { .. } => problems.push(place().wrong_type(instance)),
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            problems.push(place().missing(name));
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let unknown = unexpected.iter().map(|name| {
                let text = format!("Object contains unknown field `{name}`");
                place().problem(text)
            });
            problems.extend(unknown);
        }
        kind => problems.push(place().problem(text(kind, instance))),
    }
}

/// What one keyword has to say of a value.
fn text(kind: &Kind, instance: &Value) -> String {
    match kind {
        Kind::Enum { .. } | Kind::Constant { .. } => match instance {
            Value::String(text) => invalid_enum_value(text),
            other => format!("Invalid enum value {other}"),
        },
        Kind::Minimum { limit } => format!("Expected `{}` >= {limit}", word(instance)),
        Kind::Maximum { limit } => format!("Expected `{}` <= {limit}", word(instance)),
        Kind::ExclusiveMinimum { limit } => format!("Expected `{}` > {limit}", word(instance)),
        Kind::ExclusiveMaximum { limit } => format!("Expected `{}` < {limit}", word(instance)),
        Kind::MultipleOf { multiple_of } => format!(
            "Expected `{}` that's a multiple of {multiple_of}",
            word(instance)
        ),
        Kind::MinLength { limit } => format!("Expected `str` of length >= {limit}"),
        Kind::MaxLength { limit } => format!("Expected `str` of length <= {limit}"),
        Kind::Pattern { pattern } => format!("Expected `str` matching regex '{pattern}'"),
        Kind::Format { format } => format!("Expected `str` matching format '{format}'"),
        Kind::MinItems { limit } => format!("Expected `array` of length >= {limit}"),
        Kind::MaxItems { limit } => format!("Expected `array` of length <= {limit}"),
        Kind::UniqueItems => "Expected `array` with unique items".to_owned(),
        Kind::MinProperties { limit } => format!("Expected `object` of length >= {limit}"),
        Kind::MaxProperties { limit } => format!("Expected `object` of length <= {limit}"),
        other => format!("Value does not satisfy `{}`", other.keyword()),
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
    outline: &'s Outline,
    node: Option<&'s Node>,
    context: Context,
    position: Vec<usize>,
    path: String,
    /// Empty if nobody wants it.
    loc: Vec<ErrorLocation>,
}

impl<'s> Place<'s> {
    fn of(outline: &'s Outline, location: &Location, context: Context) -> Self {
        let mut place = Self {
            outline,
            node: outline.root(),
            context,
            position: Vec::new(),
            path: String::with_capacity(64),
            loc: Vec::new(),
        };
        place.path.push('$');
        if let Some(component) = context.component {
            place.path.push('.');
            place.path.push_str(component);
            place.locate(|| component.into());
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
        let (position, node) = self.outline.property(self.node, name);
        match position {
            usize::MAX => self.path.push_str("[...]"),
            _ => {
                self.path.push('.');
                self.path.push_str(&self.context.displayed(name));
            }
        }
        self.position.push(position);
        self.node = node;
        self.locate(|| name.into());
    }

    fn enter_item(&mut self, index: usize) {
        let _ = write!(self.path, "[{index}]");
        self.position.push(index);
        self.node = self.outline.item(self.node, index);
        self.locate(|| ErrorLocation::Index(i64::try_from(index).unwrap_or(i64::MAX)));
    }

    fn locate(&mut self, step: impl FnOnce() -> ErrorLocation) {
        if self.context.locations {
            self.loc.push(step());
        }
    }

    fn wrong_type(self, instance: &Value) -> Problem {
        let got = word(instance);
        let expected = self.node.map_or(&[][..], |node| &node.types);
        if expected.is_empty() || expected.contains(&got) {
            // The type is right, but no variant of a union has this name or these members.
            return self.problem(match instance {
                Value::String(text) => invalid_enum_value(text),
                _ => "Value matches none of the allowed variants".to_owned(),
            });
        }
        let expected = expected.join(" | ");
        self.problem(format!("Expected `{expected}`, got `{got}`"))
    }

    fn missing(mut self, name: &str) -> Problem {
        let (position, _) = self.outline.property(self.node, name);
        self.position.push(position);
        self.locate(|| name.into());
        let text = format!(
            "Object missing required field `{}`",
            self.context.displayed(name)
        );
        self.problem(text)
    }

    fn problem(self, mut text: String) -> Problem {
        // At the root of a response or an event, the path says nothing.
        if self.path != "$" {
            text.reserve_exact(self.path.len() + 8);
            for piece in [" - at `", &self.path, "`"] {
                text.push_str(piece);
            }
        }
        Problem {
            position: self.position,
            detail: ErrorDetail {
                msg: text,
                loc: self.context.locations.then_some(self.loc),
                error_type: Some(ErrorType::VALUE_ERROR),
            },
        }
    }
}

fn invalid_enum_value(text: &str) -> String {
    format!("Invalid enum value '{text}'")
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
        let validator = Validator::new(&schema, schemas.requests()).expect("a schema");
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
