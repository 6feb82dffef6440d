//! The objects of OpenAPI 3.2, one in each file, as far as dmr writes them.

mod document;
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

pub(super) use document::{Components, Document, Info};
pub(super) use header::Header;
pub(super) use media_type::MediaType;
pub(super) use operation::Operation;
pub(crate) use parameter::{Location, Parameter};
pub(super) use path_item::PathItem;
pub(super) use request_body::RequestBody;
pub(super) use response::Response;
pub use security_scheme::SecurityScheme;
pub(super) use server::Server;

/// Writes pairs as an object, in their order.
fn as_map<K: Serialize, V: Serialize, S: Serializer>(
    pairs: &[(K, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}
