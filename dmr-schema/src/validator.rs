//! [`Validator`]: one compiled schema.

use std::fmt::{self, Display, Formatter, Write};
use std::ops::ControlFlow;

use serde_json::Value;

use crate::compiled::SchemaId;
use crate::set::{SchemaSet, SchemaSetBuilder};
use crate::violation::{Step, Violation};

/// The error of an invalid schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SchemaError(pub(crate) String);

/// A compiled schema. Threads share it without locks.
///
/// ```
/// use dmr_schema::Validator;
/// use serde_json::json;
///
/// let validator = Validator::new(&json!({
///     "type": "object",
///     "properties": {"name": {"type": "string", "maxLength": 3}, "age": {"type": "integer"}},
///     "required": ["name"],
/// }))?;
/// assert!(validator.is_valid(&json!({"name": "Eve"})));
///
/// let errors = validator.errors(&json!({"name": "Alice", "age": "5"}));
/// let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
/// assert_eq!(errors, [
///     "Expected `str` of length <= 3 - at `$.name`",
///     "Expected `int`, got `str` - at `$.age`",
/// ]);
/// # Ok::<(), dmr_schema::SchemaError>(())
/// ```
#[derive(Debug)]
pub struct Validator {
    set: SchemaSet,
    schema: SchemaId,
}

impl Validator {
    /// Compiles a schema. Its references are resolved in the schema itself, such as `#/$defs/User`.
    ///
    /// # Errors
    ///
    /// The schema is invalid, such as a `pattern` that is not a regular expression.
    pub fn new(schema: &Value) -> Result<Self, SchemaError> {
        let mut builder = SchemaSetBuilder::default();
        let schema = builder.compile(schema)?;
        Ok(Self {
            set: builder.build(),
            schema,
        })
    }

    /// Whether a value is valid. The check stops at the first error.
    pub fn is_valid(&self, value: &Value) -> bool {
        self.set.is_valid(self.schema, value)
    }

    /// All errors of a value, in the order of the schema. Empty for a valid value.
    pub fn errors(&self, value: &Value) -> Vec<ValidationError> {
        let mut errors = Vec::new();
        self.check(value, |violation| {
            errors.push(ValidationError::of(violation));
            ControlFlow::Continue(())
        });
        errors
    }

    /// Calls `visit` with every problem of a value, in the order of the schema, until it breaks.
    pub fn check(&self, value: &Value, visit: impl FnMut(&Violation<'_>) -> ControlFlow<()>) {
        self.set.check(self.schema, value, visit);
    }
}

/// A [`Violation`] that outlives the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationError {
    message: String,
    /// The path to the value, such as `$.lines[1].price`.
    path: String,
}

impl ValidationError {
    fn of(violation: &Violation<'_>) -> Self {
        let mut path = "$".to_owned();
        violation.for_each_step(|step| {
            // Writing to a string cannot fail.
            let _ = match step {
                Step::Property(name) | Step::Member(name) => write!(path, ".{name}"),
                Step::Item(index) => write!(path, "[{index}]"),
            };
        });
        Self {
            message: violation.to_string(),
            path,
        }
    }

    /// The message, such as ``Expected `int`, got `str` ``.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The path to the wrong value: `$` is the checked value, `$.lines[1].price` a value inside of
    /// it.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl Display for ValidationError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} - at `{}`", self.message, self.path)
    }
}

impl std::error::Error for ValidationError {}
