//! The Parameter Object.

use serde::Serialize;
use serde_json::{Map, Value};

/// Where a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Location {
    Header,
    Query,
}

impl Location {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
        }
    }

    /// The component, as the errors name it.
    pub(crate) fn component(self) -> &'static str {
        match self {
            Self::Header => "parsed_headers",
            Self::Query => "parsed_query",
        }
    }
}

/// One field of a component.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Parameter {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    deprecated: bool,
    name: String,
    #[serde(rename = "in")]
    pub(crate) location: Location,
    schema: Value,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
}

impl Parameter {
    /// One parameter for each field of a model. The model's own text describes those that have none.
    pub(crate) fn of_model(model: &Value, location: Location) -> Vec<Self> {
        let text = |schema: &Value| Some(schema.get("description")?.as_str()?.to_owned());
        let required = |name: &str| {
            let names = model.get("required").and_then(Value::as_array);
            names.is_some_and(|names| names.iter().any(|one| one == name))
        };
        let empty = Map::new();
        let properties = model.get("properties").and_then(Value::as_object);
        properties
            .unwrap_or(&empty)
            .iter()
            .map(|(name, schema)| {
                let mut published = schema.clone();
                if let Some(members) = published.as_object_mut() {
                    members.remove("description");
                    members.remove("deprecated");
                }
                Self {
                    description: text(schema).or_else(|| text(model)),
                    deprecated: schema.get("deprecated") == Some(&Value::Bool(true)),
                    name: name.clone(),
                    location,
                    schema: published,
                    required: required(name),
                }
            })
            .collect()
    }
}
