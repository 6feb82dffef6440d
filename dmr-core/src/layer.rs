//! [`Layer`]: middleware of the web framework around endpoints.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::response::ResponseSpec;

/// Middleware of the web framework around endpoints, and the responses that it may give. Users make
/// one with the `Middleware` of the adapter. The adapter looks for its own type in it, and refuses
/// an application with a layer that it does not know.
#[derive(Clone)]
pub struct Layer {
    pub(crate) responses: Vec<ResponseSpec>,
    adapter: Arc<dyn Any + Send + Sync>,
}

impl Layer {
    /// Wraps a value that the adapter understands.
    pub fn new(adapter: impl Any + Send + Sync, responses: Vec<ResponseSpec>) -> Self {
        Self {
            responses,
            adapter: Arc::new(adapter),
        }
    }

    /// The wrapped value, if it is a `T`. All clones of a layer share it.
    pub fn downcast_ref<T: 'static>(&self) -> Option<&T> {
        self.adapter.downcast_ref()
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layer")
            .field("responses", &self.responses)
            .finish_non_exhaustive()
    }
}
