//! The error details of a value: each is a message with the path to the problem.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::ControlFlow;

use dmr_schema::{Step, Violation};

use crate::error_detail::{ErrorDetail, ErrorLocation, ErrorType};

/// The greatest number of problems that are listed for a value. Without a limit, a small request
/// could cause a very large response.
const MAX_PROBLEMS: usize = 1000;

/// The name of the validated value in errors, and the form of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Context {
    /// The first step of every path, such as `parsed_query`. `None` for responses and events.
    pub(crate) component: Option<&'static str>,
    /// Whether names are those of headers. A standard header is written in snake case, like a field
    /// (`last_event_id`), an application's own header as on the wire (`X-Client-Id`).
    pub(crate) headers: bool,
    /// Whether errors have a `loc`.
    pub(crate) locations: bool,
}

impl Context {
    /// A name as errors show it.
    pub(crate) fn displayed(self, name: &str) -> Cow<'_, str> {
        let is_own = name
            .get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case("x-"));
        if self.headers && !is_own {
            name.to_ascii_lowercase().replace('-', "_").into()
        } else {
            name.into()
        }
    }

    /// The context of a component of a request.
    pub(crate) const fn component(name: &'static str, locations: bool) -> Self {
        Self {
            component: Some(name),
            headers: false,
            locations,
        }
    }

    /// An error at a place inside the component.
    pub(crate) fn detail(self, text: &str, path: &[ErrorLocation]) -> ErrorDetail {
        let component = self.component.unwrap_or_default();
        let mut place = String::new();
        for step in path {
            // Writing to a string cannot fail.
            let _ = match step {
                ErrorLocation::Index(index) => write!(place, "[{index}]"),
                ErrorLocation::Name(name) => write!(place, ".{}", self.displayed(name)),
            };
        }
        let detail = ErrorDetail::new(format_args!("{text} - at `$.{component}{place}`"))
            .error_type(ErrorType::VALUE_ERROR);
        if self.locations {
            let first = ErrorLocation::from(component);
            detail.loc([first].into_iter().chain(path.iter().cloned()))
        } else {
            detail
        }
    }

    /// The context of a response or an event.
    pub(crate) const fn response(locations: bool) -> Self {
        Self {
            component: None,
            headers: false,
            locations,
        }
    }
}

/// Puts every violation into words.
pub(super) struct Words {
    pub(super) context: Context,
    pub(super) details: Vec<ErrorDetail>,
}

impl Words {
    /// Adds a violation. Breaks when no more are wanted.
    pub(super) fn add(&mut self, violation: &Violation<'_>) -> ControlFlow<()> {
        if self.details.len() == MAX_PROBLEMS {
            let detail = ErrorDetail::new("There are more problems, which are not listed");
            self.details.push(detail.error_type(ErrorType::VALUE_ERROR));
            return ControlFlow::Break(());
        }
        let loc = self.context.locations.then(|| self.location(violation));
        self.details.push(ErrorDetail {
            msg: self.text(violation),
            loc,
            error_type: Some(ErrorType::VALUE_ERROR),
        });
        ControlFlow::Continue(())
    }

    fn text(&self, violation: &Violation<'_>) -> String {
        // Most messages fit.
        let mut text = String::with_capacity(96);
        // Writing to a string cannot fail.
        let _ = match violation.missing_property() {
            Some(name) if self.context.headers => {
                let name = self.context.displayed(name);
                write!(text, "Object missing required field `{name}`")
            }
            _ => violation.write(&mut text),
        };
        // At the root of a response or an event, there is no path to show.
        if self.context.component.is_none() && violation.is_at_root() {
            return text;
        }
        text.push_str(" - at `$");
        if let Some(component) = self.context.component {
            text.push('.');
            text.push_str(component);
        }
        violation.for_each_step(|step| match step {
            Step::Property(name) => {
                text.push('.');
                text.push_str(&self.context.displayed(name));
            }
            Step::Member(_) => text.push_str("[...]"),
            Step::Item(index) => {
                let _ = write!(text, "[{index}]");
            }
        });
        text.push('`');
        text
    }

    fn location(&self, violation: &Violation<'_>) -> Vec<ErrorLocation> {
        let component = self.context.component.map(ErrorLocation::from);
        let mut location: Vec<ErrorLocation> = component.into_iter().collect();
        violation.for_each_step(|step| {
            location.push(match step {
                Step::Property(name) | Step::Member(name) => name.into(),
                Step::Item(index) => i64::try_from(index).unwrap_or(i64::MAX).into(),
            });
        });
        location.extend(violation.missing_property().map(ErrorLocation::from));
        location
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::schema::{SchemaOf, Schemas};
    use schemars::JsonSchema;
    use serde_json::{Value, json};

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

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    enum Shape {
        Circle { radius: f64 },
        Square(f64),
    }

    fn texts<T: JsonSchema>(value: &Value) -> Vec<String> {
        let mut schemas = Schemas::default();
        let schema = schemas.inline_request(SchemaOf::of::<T>());
        let validator = schemas.requests().validator(&schema).expect("a schema");
        schemas.publish();
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
            [r#"Expected `by` to be one of "card", "invoice", got "cash" - at `$.parsed_body`"#]
        );
        assert_eq!(
            texts::<Payment>(&json!({"number": "1"})),
            [
                r#"Expected `by` to be one of "card", "invoice", but it is missing - at `$.parsed_body`"#
            ]
        );
        assert_eq!(
            texts::<Shape>(&json!({"Triangle": 1})),
            ["Expected an object with one of the members `Circle`, `Square` - at `$.parsed_body`"]
        );
    }
}
