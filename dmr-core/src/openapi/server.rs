//! The Server Object.

use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Server<'e> {
    pub(crate) url: &'e str,
}
