//! The Header Object.

use serde::Serialize;
use serde_json::{Value, json};

use crate::response::HeaderSpec;

#[derive(Debug, Serialize)]
pub(in crate::openapi) struct Header<'e> {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'e str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    schema: Value,
}

impl<'e> Header<'e> {
    pub(in crate::openapi) fn of(spec: &'e HeaderSpec) -> Self {
        Self {
            description: spec.description.as_deref(),
            required: spec.required,
            schema: json!({"type": "string"}),
        }
    }
}
