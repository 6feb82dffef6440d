//! The options of `#[controller(…)]`.

use std::borrow::Cow;

use super::{LevelOptions, level_options};
use crate::openapi::PathItemTexts;

/// The options of `#[controller(…)]`.
#[derive(Debug, Default)]
#[must_use = "options do nothing until they are returned"]
pub struct ControllerOptions {
    pub(crate) level: LevelOptions,
    pub(crate) path_item: PathItemTexts,
    pub(crate) meta: bool,
}

level_options!(ControllerOptions => level);

impl ControllerOptions {
    /// Whether to serve `OPTIONS`, with a 204 whose `Allow` lists the methods (RFC 9110, 9.3.7).
    /// Off by default.
    pub fn meta(mut self, on: bool) -> Self {
        self.meta = on;
        self
    }

    /// Sets the summary of the path in the document.
    pub fn summary(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.path_item.summary = Some(text.into());
        self
    }

    /// Sets the description of the path in the document.
    pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.path_item.description = Some(text.into());
        self
    }

    /// Sets the URLs of the servers that serve the path, for the document.
    pub fn servers<T: Into<Cow<'static, str>>>(
        mut self,
        urls: impl IntoIterator<Item = T>,
    ) -> Self {
        self.path_item.servers = urls.into_iter().map(Into::into).collect();
        self
    }
}
