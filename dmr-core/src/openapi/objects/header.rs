//! The Header Object.

use serde::Serialize;
use serde_json::Value;

use crate::response::{CookieSpec, HeaderSpec};

#[derive(Debug, Serialize)]
pub(in crate::openapi) struct Header<'e> {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'e str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deprecated: bool,
    schema: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'e Value>,
}

impl<'e> Header<'e> {
    pub(in crate::openapi) fn of(spec: &'e HeaderSpec, schema: Value) -> Self {
        Self {
            description: spec.description.as_deref(),
            required: spec.required && !spec.skip_validation,
            deprecated: spec.deprecated,
            schema,
            example: spec.example.as_ref(),
        }
    }

    /// The header that sets a cookie.
    pub(in crate::openapi) fn of_cookie(
        name: &str,
        spec: &'e CookieSpec,
        mut schema: Value,
    ) -> Self {
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("example".to_owned(), format!("{name}=123").into());
        }
        Self {
            description: spec.description.as_deref(),
            required: spec.required && !spec.skip_validation,
            deprecated: false,
            schema,
            example: None,
        }
    }
}
