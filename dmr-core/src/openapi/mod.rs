//! The objects of an OpenAPI 3.2 document that dmr writes, one in each file.

mod document;
mod example;
mod header;
mod media_type;
mod operation;
mod parameter;
mod path_item;
mod request_body;
mod response;
mod security_scheme;
mod server;

use serde::{Serialize, Serializer};

pub(crate) use document::{ComponentsObject, Document, Info};
pub(crate) use example::ExampleObject;
pub(crate) use header::HeaderObject;
pub(crate) use media_type::MediaTypeObject;
pub(crate) use operation::OperationObject;
pub use parameter::Location;
pub(crate) use parameter::Parameter;
pub(crate) use path_item::{PathItem, PathItemTexts};
pub(crate) use request_body::RequestBodyObject;
pub(crate) use response::ResponseObject;
pub use security_scheme::SecurityScheme;
pub(crate) use server::ServerObject;

/// Writes pairs as an object, in their order.
fn as_map<K: Serialize, V: Serialize, S: Serializer>(
    pairs: &[(K, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}
