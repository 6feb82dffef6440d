//! The Operation Object.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{Parameter, RequestBody, Response, Server};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::openapi) struct Operation<'e> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(in crate::openapi) tags: &'e [Cow<'static, str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::openapi) summary: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::openapi) description: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::openapi) external_docs: Option<&'e Value>,
    pub(in crate::openapi) operation_id: Cow<'e, str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(in crate::openapi) parameters: &'e [Parameter],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::openapi) request_body: Option<RequestBody>,
    #[serde(serialize_with = "super::as_map")]
    pub(in crate::openapi) responses: Vec<(String, Response<'e>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::openapi) callbacks: Option<&'e Value>,
    pub(in crate::openapi) deprecated: bool,
    /// The alternatives, each the name of a scheme with its scopes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::openapi) security: Vec<BTreeMap<&'e str, [String; 0]>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::openapi) servers: Vec<Server<'e>>,
}
