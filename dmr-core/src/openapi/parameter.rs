//! The Parameter Object.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::schema::{is_comma_separated, strip_own_keywords};

/// Where a parameter of an operation stands in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    /// A header.
    Header,
    /// A field of the query.
    Query,
    /// A part of the path.
    Path,
    /// A cookie.
    Cookie,
}

impl Location {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
            Self::Path => "path",
            Self::Cookie => "cookie",
        }
    }

    /// The name of the component in errors.
    pub(crate) fn component(self) -> &'static str {
        match self {
            Self::Header => "parsed_headers",
            Self::Query => "parsed_query",
            Self::Path => "parsed_path",
            Self::Cookie => "parsed_cookies",
        }
    }
}

/// A parameter of an operation: one field of a component.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Parameter {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    deprecated: bool,
    name: String,
    #[serde(rename = "in")]
    pub(crate) location: Location,
    #[serde(skip_serializing_if = "Option::is_none")]
    style: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explode: Option<bool>,
    schema: Value,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
}

impl Parameter {
    /// One parameter for each field of a model. A field without a description gets that of the
    /// model.
    pub(crate) fn of_model(model: &Value, location: Location) -> Vec<Self> {
        let required = |name: &str| {
            let names = model.get("required").and_then(Value::as_array);
            names.is_some_and(|names| names.iter().any(|one| one == name))
        };
        let empty = Map::new();
        let properties = model.get("properties").and_then(Value::as_object);
        let parameters = properties.unwrap_or(&empty).iter().map(|(name, schema)| {
            let parameter = Self::optional(name, schema, location);
            Self {
                description: parameter.description.or_else(|| text(model)),
                // A path parameter is always present.
                required: required(name) || location == Location::Path,
                ..parameter
            }
        });
        parameters.chain(Self::others(model, location)).collect()
    }

    /// The other fields of a query that is read into a map: one parameter whose members are fields
    /// of the query (OpenAPI 3.2, Style Values: `form` with `explode`).
    fn others(model: &Value, location: Location) -> Option<Self> {
        let others = model.get("additionalProperties")?;
        if location != Location::Query || others == &Value::Bool(false) {
            return None;
        }
        let schema = json!({"type": "object", "additionalProperties": others});
        Some(Self {
            style: Some("form"),
            explode: Some(true),
            ..Self::optional("others", &schema, location)
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Adds the pattern that the whole text has to match.
    pub(crate) fn restrict(&mut self, pattern: &str) {
        let anchored = if pattern.contains('|') {
            format!("^(?:{pattern})$")
        } else {
            format!("^{pattern}$")
        };
        let Some(schema) = self.schema.as_object_mut() else {
            return;
        };
        if schema.contains_key("pattern") {
            let both = json!([{"pattern": anchored}]);
            schema.insert("allOf".to_owned(), both);
        } else {
            schema.insert("pattern".to_owned(), anchored.into());
        }
    }

    /// Whether both are the same field of a request. The case of a header does not matter.
    pub(crate) fn is_same_field(&self, other: &Self) -> bool {
        let same = match self.location {
            Location::Header => self.name.eq_ignore_ascii_case(&other.name),
            _ => self.name == other.name,
        };
        same && self.location == other.location
    }

    /// Merges the same field of another component. Returns whether the schemas are equal.
    pub(crate) fn merge(&mut self, other: &Self) -> bool {
        self.required |= other.required;
        self.schema == other.schema
    }

    pub(crate) fn schema_mut(&mut self) -> &mut Value {
        &mut self.schema
    }

    /// A required parameter.
    pub(crate) fn new(name: &str, schema: &Value, location: Location) -> Self {
        Self {
            required: true,
            ..Self::optional(name, schema, location)
        }
    }

    /// An optional parameter.
    pub(crate) fn optional(name: &str, schema: &Value, location: Location) -> Self {
        let comma_separated = is_comma_separated(schema, schema);
        let mut published = schema.clone();
        strip_own_keywords(&mut published);
        if let Some(members) = published.as_object_mut() {
            members.remove("description");
            members.remove("deprecated");
        }
        Self {
            description: text(schema),
            deprecated: schema.get("deprecated") == Some(&Value::Bool(true)),
            name: name.to_owned(),
            location,
            // OpenAPI's defaults fit everything else: repeated names in queries and cookies, commas
            // in headers and paths.
            style: (comma_separated && location == Location::Query).then_some("form"),
            explode: (comma_separated && location == Location::Query).then_some(false),
            schema: published,
            required: false,
        }
    }
}

fn text(schema: &Value) -> Option<String> {
    Some(schema.get("description")?.as_str()?.to_owned())
}
