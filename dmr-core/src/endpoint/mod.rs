//! Endpoints: a verb of a controller, with everything that is decided before the first request.

mod builder;
mod check;
mod levels;
mod metadata;
mod operation;
mod options;
mod responses;
mod verb;

pub use builder::EndpointSet;
pub(crate) use builder::{Build, Mounted};
pub(crate) use metadata::Metadata;
pub(crate) use operation::Operation;
pub use options::{ControllerOptions, HttpSpec, ModifyOptions, Set, ValidateOptions};
pub(crate) use options::{PathItemTexts, Shared, shared_options};
pub use verb::Verb;
