//! What the errors of a schema say: the texts of decision 1, with the path of what is wrong.

use std::fmt::{self, Display, Write};
use std::ops::ControlFlow;

use serde_json::Value;

use super::Context;
use super::assertion::Assertion;
use super::compiled::{Compiled, Type, Types};
use super::problem::{Place, Problem, Report, Step};
use crate::error_detail::{ErrorDetail, ErrorLocation, ErrorType};

/// How many problems of one value are listed. A small request could ask for a very large response otherwise.
const MAX_PROBLEMS: usize = 1000;

/// Puts every problem into words.
pub(super) struct Words<'s> {
    pub(super) compiled: &'s Compiled,
    pub(super) context: Context,
    pub(super) details: Vec<ErrorDetail>,
}

impl Report for Words<'_> {
    fn problem(
        &mut self,
        problem: Problem<'_>,
        value: &Value,
        place: &Place<'_>,
    ) -> ControlFlow<()> {
        if self.details.len() == MAX_PROBLEMS {
            let detail = ErrorDetail::new("There are more problems, which are not listed");
            self.details.push(detail.error_type(ErrorType::VALUE_ERROR));
            return ControlFlow::Break(());
        }
        // Most texts fit.
        let mut msg = String::with_capacity(96);
        // Writing to a text does not fail.
        let _ = self
            .text(&mut msg, problem, value)
            .and_then(|()| self.path(&mut msg, place));
        let loc = self.context.locations.then(|| {
            let mut loc = self.location(place);
            if let Problem::Missing(name) = problem {
                loc.push(name.into());
            }
            loc
        });
        self.details.push(ErrorDetail {
            msg,
            loc,
            error_type: Some(ErrorType::VALUE_ERROR),
        });
        ControlFlow::Continue(())
    }
}

impl Words<'_> {
    fn text(&self, out: &mut String, problem: Problem<'_>, value: &Value) -> fmt::Result {
        match problem {
            Problem::Type(Types(types)) => wrong_type(out, types, value),
            Problem::Variant(branches) => {
                let types = self.compiled.types(branches);
                match value {
                    _ if !types.contains(&Type::of(value)) => wrong_type(out, &types, value),
                    // The type is right, but no variant has this name or these members.
                    Value::String(_) => invalid_enum_value(out, value),
                    _ => out.write_str("Value matches none of the allowed variants"),
                }
            }
            Problem::Missing(name) => {
                let name = self.context.displayed(name);
                write!(out, "Object missing required field `{name}`")
            }
            Problem::Unknown(name) => write!(out, "Object contains unknown field `{name}`"),
            Problem::Assertion(assertion) => unsatisfied(out, assertion, value),
            Problem::Keyword(keyword) => write!(out, "Value does not satisfy `{keyword}`"),
        }
    }

    fn path(&self, out: &mut String, place: &Place<'_>) -> fmt::Result {
        // At the root of a response or an event, the path says nothing.
        if self.context.component.is_none() && place.parent.is_none() {
            return Ok(());
        }
        out.write_str(" - at `$")?;
        if let Some(component) = self.context.component {
            write!(out, ".{component}")?;
        }
        self.steps(out, place)?;
        out.write_char('`')
    }

    fn steps(&self, out: &mut String, place: &Place<'_>) -> fmt::Result {
        if let Some(parent) = place.parent {
            self.steps(out, parent)?;
        }
        match place.step {
            Step::Root => Ok(()),
            Step::Property(name) => {
                out.write_char('.')?;
                out.write_str(&self.context.displayed(name))
            }
            Step::Member(_) => out.write_str("[...]"),
            Step::Item(index) => write!(out, "[{index}]"),
        }
    }

    fn location(&self, place: &Place<'_>) -> Vec<ErrorLocation> {
        let mut location = match place.parent {
            Some(parent) => self.location(parent),
            None => Vec::new(),
        };
        location.extend(match place.step {
            Step::Root => self.context.component.map(ErrorLocation::from),
            Step::Property(name) | Step::Member(name) => Some(name.into()),
            Step::Item(index) => Some(i64::try_from(index).unwrap_or(i64::MAX).into()),
        });
        location
    }
}

fn wrong_type(out: &mut String, expected: &[Type], value: &Value) -> fmt::Result {
    out.write_str("Expected `")?;
    for (place, allowed) in expected.iter().enumerate() {
        if place > 0 {
            out.write_str(" | ")?;
        }
        out.write_str(allowed.word())?;
    }
    write!(out, "`, got `{}`", word(value))
}

fn word(value: &Value) -> &'static str {
    Type::of(value).word()
}

fn invalid_enum_value(out: &mut String, value: &Value) -> fmt::Result {
    match value {
        Value::String(text) => write!(out, "Invalid enum value '{text}'"),
        other => write!(out, "Invalid enum value {other}"),
    }
}

fn unsatisfied(out: &mut String, assertion: &Assertion, value: &Value) -> fmt::Result {
    let mut compared = |relation: &str, limit: &dyn Display| {
        write!(out, "Expected `{}` {relation} {limit}", word(value))
    };
    match assertion {
        Assertion::Minimum(limit) => compared(">=", limit),
        Assertion::Maximum(limit) => compared("<=", limit),
        Assertion::ExclusiveMinimum(limit) => compared(">", limit),
        Assertion::ExclusiveMaximum(limit) => compared("<", limit),
        Assertion::MultipleOf(unit) => compared("that's a multiple of", unit),
        Assertion::MinLength(limit)
        | Assertion::MinItems(limit)
        | Assertion::MinProperties(limit) => compared("of length >=", limit),
        Assertion::MaxLength(limit)
        | Assertion::MaxItems(limit)
        | Assertion::MaxProperties(limit) => compared("of length <=", limit),
        Assertion::Enum(_) | Assertion::Const(_) => invalid_enum_value(out, value),
        Assertion::Pattern { text, .. } => write!(out, "Expected `str` matching regex '{text}'"),
        Assertion::Format(format) => {
            write!(out, "Expected `str` matching format '{}'", format.name())
        }
        Assertion::UniqueItems => out.write_str("Expected `array` with unique items"),
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
