//! The Operation Object.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::{Parameter, Response};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::openapi) struct Operation<'e> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(in crate::openapi) tags: &'e [Cow<'static, str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::openapi) summary: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::openapi) description: Option<&'e str>,
    pub(in crate::openapi) operation_id: &'e str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(in crate::openapi) parameters: &'e [Parameter],
    #[serde(serialize_with = "super::as_map")]
    pub(in crate::openapi) responses: Vec<(String, Response<'e>)>,
    pub(in crate::openapi) deprecated: bool,
    /// The alternatives, each the name of a scheme with its scopes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::openapi) security: Vec<BTreeMap<&'e str, [String; 0]>>,
}
