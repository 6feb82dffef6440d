//! A media type that a response can have.

use std::borrow::Cow;

use crate::format::FormatInfo;
use crate::serializer::AnyRenderer;

/// A media type that an endpoint can answer with.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) media_type: Cow<'static, str>,
    /// What writes values in it; `None` for streams and files, which are bytes already.
    pub(crate) renderer: Option<AnyRenderer>,
    /// The position of the format of a stream.
    pub(crate) format: usize,
    /// Whether it is another name of a format, which is not talked about.
    pub(crate) alias: bool,
}

impl Offer {
    /// What a renderer writes.
    pub(crate) fn rendered(renderer: &AnyRenderer) -> Self {
        Self {
            media_type: renderer.media_type().into(),
            renderer: Some(renderer.clone()),
            format: 0,
            alias: false,
        }
    }

    /// A stream in this format, under one of its names.
    pub(crate) fn stream(format: &FormatInfo, media_type: &'static str) -> Self {
        Self {
            format: format.position,
            ..Self::file(media_type.into())
        }
    }

    /// A file of this media type.
    pub(crate) fn file(media_type: Cow<'static, str>) -> Self {
        Self {
            media_type,
            renderer: None,
            format: 0,
            alias: false,
        }
    }
}
