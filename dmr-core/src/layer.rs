//! What a web framework puts around a controller.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::response::ResponseSpec;

/// Something of the web framework around a controller, and the responses that it may give: an
/// adapter makes it, and looks for its own type in it. Users make one with the adapter's
/// `Middleware`.
#[derive(Clone)]
pub struct Layer {
    pub(crate) responses: Vec<ResponseSpec>,
    adapter: Arc<dyn Any + Send + Sync>,
}

impl Layer {
    /// Wraps what the adapter understands.
    pub fn new(adapter: impl Any + Send + Sync, responses: Vec<ResponseSpec>) -> Self {
        Self {
            responses,
            adapter: Arc::new(adapter),
        }
    }

    /// What the adapter has wrapped, if it is of its type.
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
