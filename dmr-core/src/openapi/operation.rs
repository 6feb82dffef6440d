//! The Operation Object.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{Parameter, RequestBodyObject, ResponseObject, ServerObject};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OperationObject<'e> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) tags: &'e [Cow<'static, str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) summary: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) external_docs: Option<&'e Value>,
    pub(crate) operation_id: Cow<'e, str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) parameters: Vec<Parameter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_body: Option<RequestBodyObject>,
    #[serde(serialize_with = "super::as_map")]
    pub(crate) responses: Vec<(String, ResponseObject<'e>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) callbacks: Option<&'e Value>,
    pub(crate) deprecated: bool,
    /// The alternatives, each the name of a scheme with its scopes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) security: Vec<BTreeMap<&'e str, [String; 0]>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) servers: Vec<ServerObject<'e>>,
}
