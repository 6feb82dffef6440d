//! [`Renderers`]: the value of the option `renderers`.

use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use serde::Serialize;

use super::erased::ErasedRenderer;
use super::{ProblemJson, Renderer, SerializeError, Serializer, from_tuples};

/// The formats of responses, the preferred one first: the value of the option `renderers`.
///
/// A tuple or an array converts into it. If it is empty, the next level outwards decides.
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

/// A [`Renderer`] whose type is erased.
#[derive(Clone)]
pub(crate) struct AnyRenderer {
    renderer: Arc<dyn ErasedRenderer>,
    media_type: &'static str,
    /// The value of `Content-Type`.
    content_type: HeaderValue,
}

impl AnyRenderer {
    pub(crate) fn new(renderer: impl Renderer) -> Self {
        let media_type = Renderer::media_type(&renderer);
        let content_type =
            HeaderValue::from_maybe_shared(Bytes::from_static(media_type.as_bytes()));
        Self {
            renderer: Arc::new(renderer),
            media_type,
            content_type: content_type
                .unwrap_or(HeaderValue::from_static("application/octet-stream")),
        }
    }

    pub(crate) fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// The name in a URL: the suffix in `/users.xml`, the value in `?format=xml`. It is the subtype
    /// without `x-`. Only errors are problem details, so nobody can choose them.
    pub(crate) fn name(&self) -> Option<&'static str> {
        if self.is_problem_details() {
            return None;
        }
        let essence = self.media_type.split(';').next().unwrap_or_default();
        let (_, subtype) = essence.trim().split_once('/')?;
        Some(subtype.strip_prefix("x-").unwrap_or(subtype))
    }

    pub(crate) fn content_type(&self) -> HeaderValue {
        self.content_type.clone()
    }

    /// Whether the renderer writes problem details (RFC 9457).
    pub(crate) fn is_problem_details(&self) -> bool {
        self.media_type == Renderer::media_type(&ProblemJson)
    }

    /// Whether the renderer has this type.
    pub(crate) fn is(&self, id: TypeId) -> bool {
        self.renderer.id() == id
    }

    /// Writes a value. If the renderer is the serializer `S` of the controller, no type is erased.
    pub(crate) fn render<S: Serializer, T: Serialize>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        if self.is(TypeId::of::<S>()) {
            S::default().render(value, out)
        } else {
            self.render_erased(value, out)
        }
    }

    /// Writes a value whose type is erased.
    pub(crate) fn render_erased(
        &self,
        value: &dyn erased_serde::Serialize,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        self.renderer.render(value, out)
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

impl Renderers {
    /// The list, unless it is empty.
    pub(crate) fn named(&self) -> Option<&[AnyRenderer]> {
        (!self.0.is_empty()).then_some(&self.0)
    }
}

from_tuples!(Renderers, Renderer, AnyRenderer);
