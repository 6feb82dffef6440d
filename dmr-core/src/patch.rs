//! [`Patch`]: a field of a partial update.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};

/// A field of a partial update, such as the body of a `PATCH`: it is missing, or has a value.
///
/// The schema of a `Patch<T>` is that of `T`. So a `Patch<T>` refuses null, and a
/// `Patch<Option<T>>` accepts it: `Value(None)` is null. Write `#[serde(default)]` above the field;
/// otherwise it is required. To serialize a model, write
/// `#[serde(default, skip_serializing_if = "Patch::is_missing")]`.
///
/// ```
/// use dmr_core::Patch;
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct BookPatch {
///     #[serde(default)]
///     title: Patch<String>,
///     #[serde(default)]
///     subtitle: Patch<Option<String>>,
/// }
///
/// # struct Book { title: String, subtitle: Option<String> }
/// let mut book = Book { title: "Emma".to_owned(), subtitle: Some("A novel".to_owned()) };
/// let patch: BookPatch = serde_json::from_str(r#"{"subtitle": null}"#)?;
/// patch.title.apply(&mut book.title);
/// patch.subtitle.apply(&mut book.subtitle);
/// assert_eq!((book.title.as_str(), book.subtitle), ("Emma", None));
/// assert!(serde_json::from_str::<BookPatch>(r#"{"title": null}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// The update does not mention the field.
    #[default]
    Missing,
    /// The new value.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the update does not mention the field.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// Replaces `target` with the new value. A missing field leaves `target` as it is.
    pub fn apply(self, target: &mut T) {
        if let Self::Value(value) = self {
            *target = value;
        }
    }

    /// The new value. `None` if the field is missing.
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Missing => None,
            Self::Value(value) => Some(value),
        }
    }

    /// A reference to the new value.
    pub fn as_ref(&self) -> Patch<&T> {
        match self {
            Self::Missing => Patch::Missing,
            Self::Value(value) => Patch::Value(value),
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

/// Reads a newtype. For a field that is missing and has no default, serde then reports an error;
/// read as an `Option`, the field would count as null.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct("Patch", Present(PhantomData))
    }
}

struct Present<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Present<T> {
    type Value = Patch<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        T::deserialize(deserializer).map(Patch::Value)
    }
}

/// Fails for a missing field: a value cannot express that it is missing.
impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Missing => Err(S::Error::custom(
                "a missing `Patch` has no value: write \
                 `#[serde(skip_serializing_if = \"Patch::is_missing\")]`",
            )),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Patch<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
