//! The Server Object.

use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct ServerObject<'e> {
    pub(crate) url: &'e str,
}
