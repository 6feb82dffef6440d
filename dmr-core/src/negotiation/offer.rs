//! [`Offer`]: a media type that a response can have.

use std::borrow::Cow;

use crate::format::FormatInfo;
use crate::serializer::AnyRenderer;

/// A media type of an endpoint's responses.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) media_type: Cow<'static, str>,
    /// The renderer that writes values; `None` for streams and files, which are already bytes.
    pub(crate) renderer: Option<AnyRenderer>,
    /// The position of the format of a stream.
    pub(crate) format: usize,
}

impl Offer {
    /// The offer of a renderer.
    pub(crate) fn rendered(renderer: &AnyRenderer) -> Self {
        Self {
            media_type: renderer.media_type().into(),
            renderer: Some(renderer.clone()),
            format: 0,
        }
    }

    /// The offer of a stream in this format.
    pub(crate) fn stream(format: &FormatInfo) -> Self {
        Self {
            format: format.position,
            ..Self::file(format.media_type.into())
        }
    }

    /// The offer of a file.
    pub(crate) fn file(media_type: Cow<'static, str>) -> Self {
        Self {
            media_type,
            renderer: None,
            format: 0,
        }
    }
}
