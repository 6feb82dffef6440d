//! Reads text into types: queries, headers, paths, cookies and forms.

mod coerce;
mod comma_separated;
mod deserialize;
mod model;
mod nullable;
mod pairs;
mod scalar;
mod urlencoded;

pub(crate) use coerce::{coerce, coerce_all};
pub use comma_separated::CommaSeparated;
pub(crate) use model::Field;
pub use model::TextModel;
pub use nullable::Nullable;
pub use pairs::Pairs;
pub(crate) use urlencoded::{decode, parse, query_value};
