//! A published schema, compiled once, that finds every error in a value.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use super::compiled::Compiled;
use super::message::Words;
use crate::error_detail::{ErrorDetail, ErrorLocation, ErrorType};

/// A schema together with the components that it refers to.
pub(crate) struct Validator {
    root: Value,
    compiled: Compiled,
}

/// What is being validated, as the errors name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Context {
    /// The first step of every path, such as `parsed_query`. Responses and events have none.
    pub(crate) component: Option<&'static str>,
    /// Whether names are those of headers, which errors write in snake case (decision 1).
    pub(crate) headers: bool,
    /// Whether `loc` is added.
    pub(crate) locations: bool,
}

impl Context {
    /// A name as the errors write it.
    pub(crate) fn displayed(self, name: &str) -> Cow<'_, str> {
        if self.headers {
            name.to_ascii_lowercase().replace('-', "_").into()
        } else {
            name.into()
        }
    }

    /// A component of a request.
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
            // Writing to a text does not fail.
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

    /// A response or an event.
    pub(crate) const fn response(locations: bool) -> Self {
        Self {
            component: None,
            headers: false,
            locations,
        }
    }
}

impl Validator {
    /// # Errors
    ///
    /// What is wrong with the schema, such as a `pattern` that is no regular expression.
    pub(crate) fn new(
        schema: &Value,
        components: &BTreeMap<String, Value>,
    ) -> Result<Self, String> {
        let root = root(schema, components);
        let compiled = Compiled::new(&root)?;
        Ok(Self { root, compiled })
    }

    /// Every error in `value`, in the order of the fields of the schema.
    pub(crate) fn errors(&self, value: &Value, context: Context) -> Vec<ErrorDetail> {
        let mut words = Words {
            compiled: &self.compiled,
            context,
            details: Vec::new(),
        };
        self.compiled.check(value, &mut words);
        words.details
    }

    /// The schema and its components, for those who walk it.
    pub(crate) fn root(&self) -> &Value {
        &self.root
    }
}

impl std::fmt::Debug for Validator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Validator")
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}

/// One document that holds the schema and what it refers to, so that its references resolve.
pub(crate) fn root(schema: &Value, components: &BTreeMap<String, Value>) -> Value {
    let mut root = schema.clone();
    if let Some(members) = root.as_object_mut() {
        members.insert("components".to_owned(), json!({"schemas": components}));
    }
    root
}
