//! The value of the option `renderers`.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::erased::ErasedRenderer;
use super::{Renderer, SerializeError, Serializer};

/// The formats that responses can have, the preferred one first: the value of the option `renderers`.
///
/// It is made of a tuple or an array. An empty one says nothing, so that the next level outwards decides.
///
/// ```
/// use dmr_core::serializer::{ProblemJson, Renderers, SerdeJson};
///
/// let renderers = Renderers::from((SerdeJson, ProblemJson));
/// # let _ = renderers;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a list of renderers does nothing until it is an option"]
pub struct Renderers(pub(crate) Vec<AnyRenderer>);

/// A [`Renderer`] whose type is forgotten.
#[derive(Clone)]
pub(crate) struct AnyRenderer(Arc<dyn ErasedRenderer>);

impl AnyRenderer {
    pub(crate) fn new(renderer: impl Renderer) -> Self {
        Self(Arc::new(renderer))
    }

    pub(crate) fn media_type(&self) -> &'static str {
        self.0.media_type()
    }

    /// Writes a value, directly if this is the serializer `S` of the controller.
    pub(crate) fn render<S: Serializer, T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        if self.0.id() == TypeId::of::<S>() {
            S::default().render(value, out)
        } else {
            // A reference to `T` is sized, whatever `T` is.
            self.0.render(&value, out)
        }
    }
}

impl fmt::Debug for AnyRenderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.media_type())
    }
}

impl<R: Renderer, const N: usize> From<[R; N]> for Renderers {
    fn from(renderers: [R; N]) -> Self {
        Self(renderers.into_iter().map(AnyRenderer::new).collect())
    }
}

macro_rules! from_tuple {
    ($($name:ident)*) => {
        impl<$($name: Renderer),*> From<($($name,)*)> for Renderers {
            #[allow(non_snake_case, reason = "the names are those of the type parameters")]
            fn from(($($name,)*): ($($name,)*)) -> Self {
                Self(vec![$(AnyRenderer::new($name)),*])
            }
        }
    };
}

from_tuple!();
from_tuple!(A);
from_tuple!(A B);
from_tuple!(A B C);
from_tuple!(A B C D);
from_tuple!(A B C D E);
from_tuple!(A B C D E F);
