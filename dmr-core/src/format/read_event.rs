//! Reads events from JSON, in which they have the fields that [`SseEvent`] writes.

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

use super::sse_event::{EventId, EventName, SseEvent};

/// The fields of an event. An unknown field is ignored.
#[derive(serde::Deserialize)]
struct Fields<T> {
    /// The schema requires it.
    #[serde(deserialize_with = "Option::deserialize")]
    #[serde(bound(deserialize = "T: Deserialize<'de>"))]
    data: Option<T>,
    #[serde(default)]
    event: Option<String>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    retry: Option<u64>,
    #[serde(default)]
    comment: Option<String>,
}

/// An event of a [`BodyStream`](crate::component::BodyStream): the data is a `T`, as JSON.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for SseEvent<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        let name = fields.event.map(EventName::try_from).transpose();
        let id = fields.id.map(EventId::try_from).transpose();
        Ok(Self::of_fields(
            fields.data,
            name.map_err(D::Error::custom)?,
            id.map_err(D::Error::custom)?,
            fields.retry,
            fields.comment,
        ))
    }
}

/// An event that becomes a variant, as `#[derive(SseEvents)]` reads it.
#[derive(Debug, serde::Deserialize)]
pub struct ReadVariant {
    data: Value,
    #[serde(default)]
    event: Option<String>,
}

/// A text that a variant with unchanged text holds. The lifetime lets a derive ask for the trait
/// without demanding it.
pub trait VariantText<'de>: Sized {
    /// Makes the text.
    fn of_text(text: String) -> Self;
}

impl<T: From<String>> VariantText<'_> for T {
    fn of_text(text: String) -> Self {
        text.into()
    }
}

impl ReadVariant {
    fn has_name(&self, name: Option<&str>) -> bool {
        self.event.as_deref() == name
    }

    /// The data of a variant with this name, if it is a `T`.
    pub fn value<'de, T: Deserialize<'de>>(&self, name: Option<&str>) -> Option<T> {
        let data = self.has_name(name).then(|| self.data.clone())?;
        T::deserialize(data).ok()
    }

    /// The text of a variant with this name.
    pub fn text<'de, T: VariantText<'de>>(&self, name: Option<&str>) -> Option<T> {
        let text = self.data.as_str().filter(|_| self.has_name(name))?;
        Some(T::of_text(text.to_owned()))
    }

    /// Whether the event has this name and this text.
    pub fn is_constant(&self, name: Option<&str>, text: &str) -> bool {
        self.has_name(name) && self.data.as_str() == Some(text)
    }

    /// Whether the event has this name and no data.
    pub fn is_null(&self, name: Option<&str>) -> bool {
        self.has_name(name) && self.data.is_null()
    }

    /// The error of an event that is none of the variants.
    pub fn unknown<E: Error>(&self, variants: &str) -> E {
        match &self.event {
            Some(name) => E::custom(format_args!(
                "the event `{name}` is none of `{variants}`, or has other data"
            )),
            None => E::custom(format_args!("the event is none of `{variants}`")),
        }
    }
}
