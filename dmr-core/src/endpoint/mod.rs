//! Endpoints: a verb of a controller, with everything that is decided before the first request.

mod builder;
mod check;
mod metadata;
mod options;
mod verb;

pub use builder::EndpointSet;
pub(crate) use builder::{Build, Mounted};
pub(crate) use metadata::Metadata;
pub use options::{ControllerOptions, ModifyOptions, ValidateOptions};
pub(crate) use options::{Shared, shared_options};
pub use verb::Verb;
