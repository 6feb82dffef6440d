//! The Server Object.

use serde::Serialize;

#[derive(Debug, Serialize)]
pub(in crate::openapi) struct Server<'e> {
    pub(in crate::openapi) url: &'e str,
}
