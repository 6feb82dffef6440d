//! How values become bytes: the trait [`Serializer`] and its implementations.

mod json;

use serde::Serialize;

pub use json::SerdeJson;

/// Turns values into the bytes of bodies and events.
///
/// A controller chooses one with its associated type `Serializer`; [`SerdeJson`] is the default.
///
/// ```
/// use dmr_core::serializer::{SerdeJson, Serializer};
///
/// let mut body = Vec::new();
/// SerdeJson::serialize(&[1, 2, 3], &mut body).unwrap();
/// assert_eq!(body, b"[1,2,3]");
/// ```
pub trait Serializer: 'static {
    /// The media type of a body, such as `application/json`.
    const MEDIA_TYPE: &'static str;

    /// Appends `value` to `out`.
    ///
    /// # Errors
    ///
    /// The value has no representation in the format, such as a map with keys that are no strings in JSON.
    fn serialize<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>)
    -> Result<(), SerializeError>;
}

/// A value that a [`Serializer`] cannot write.
#[derive(Debug, thiserror::Error)]
#[error("cannot serialize the value: {0}")]
pub struct SerializeError(Box<dyn std::error::Error + Send + Sync>);

impl SerializeError {
    /// Wraps the error of the library that does the work.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}
