//! Entity tags (RFC 9110, 8.8.3).

use std::fmt;

use headers::{ETag, HeaderMapExt};
use http::{HeaderMap, HeaderValue};

/// The validator of a representation (RFC 9110, 8.8.3). A response sends it as `ETag`.
///
/// ```
/// use dmr_core::EntityTag;
///
/// let tag = EntityTag::strong("book-7-v2").unwrap();
/// assert_eq!(tag.to_string(), "\"book-7-v2\"");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(pub(crate) ETag);

impl EntityTag {
    /// A tag that changes with every byte. `None` if the text has a quote, a blank or a control
    /// character.
    pub fn strong(text: impl fmt::Display) -> Option<Self> {
        format!("\"{text}\"").parse().ok().map(Self)
    }

    /// The strong tag of a version that grows with every change, such as a column of a database.
    ///
    /// ```
    /// use dmr_core::EntityTag;
    ///
    /// assert_eq!(EntityTag::of_version(7).to_string(), "\"7\"");
    /// ```
    pub fn of_version(version: i64) -> Self {
        Self::strong(version).unwrap_or_else(|| unreachable!("a number has no quotes"))
    }

    /// A tag that changes with the meaning. `None` if the text has a quote, a blank or a control
    /// character.
    pub fn weak(text: impl fmt::Display) -> Option<Self> {
        format!("W/\"{text}\"").parse().ok().map(Self)
    }

    /// The value of the header `ETag`.
    pub fn header_value(&self) -> HeaderValue {
        let mut headers = HeaderMap::new();
        headers.typed_insert(self.0.clone());
        let value = headers.remove(http::header::ETAG);
        value.unwrap_or(HeaderValue::from_static("\"\""))
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.header_value().to_str().unwrap_or_default())
    }
}
