//! Endpoints. An endpoint is a verb of a controller, with everything that is decided before the
//! first request.

mod builder;
mod metadata;
mod method;
mod offers;
mod operation;
mod operation_id;
mod responses;
mod startup_rules;

use std::fmt;
use std::sync::Arc;

use crate::controller::Hooks;
use crate::error::HandleError;
use crate::layer::Layer;
use crate::respond::ErrorFormat;

pub(crate) use crate::negotiation::Offer;
pub use builder::EndpointSet;
pub(crate) use builder::{Build, Registry};
pub(crate) use metadata::Metadata;
pub use method::Call;
pub(crate) use method::Method;
pub(crate) use offers::{FormatChoice, Offers};
pub(crate) use operation::Operation;

/// An endpoint that is ready to answer requests. All types of the application are erased, so the
/// steps of a request are compiled once.
pub(crate) struct Endpoint {
    pub(crate) controller: Arc<dyn Hooks>,
    pub(crate) method: Box<dyn Method>,
    pub(crate) error_handler: Option<Box<dyn HandleError>>,
    /// The middleware of all levels, the outermost first. The adapter runs it.
    pub(crate) middleware: Vec<Layer>,
    pub(crate) metadata: Metadata,
}

impl Endpoint {
    /// The format in which the controller writes errors.
    pub(crate) fn error_format(&self) -> ErrorFormat<'_> {
        ErrorFormat {
            hooks: &*self.controller,
            name: &self.metadata.declaration.endpoint,
            debug: self.metadata.debug,
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}
