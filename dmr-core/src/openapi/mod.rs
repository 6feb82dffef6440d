//! The OpenAPI document, made of the same metadata that the dispatcher uses (behaviour 9).

mod document;
mod objects;
mod operation_id;

pub(crate) use document::document;
pub use objects::SecurityScheme;
pub(crate) use objects::{Location, Parameter};
pub(crate) use operation_id::{operation_id, operation_id_of_format};
