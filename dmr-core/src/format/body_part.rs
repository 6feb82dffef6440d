//! Parts of a multipart stream.

use std::borrow::Cow;
use std::fmt;
use std::io::Write as _;
use std::marker::PhantomData;

use bytes::Bytes;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::ser::{Error as _, Serialize, SerializeStruct, Serializer};
use serde_json::{Value, json};

use super::event_fields::{EventFields, NotFields, read_fields};
use crate::media_type::covers;
use crate::schema::PART_KEYWORD;
use crate::serializer::SerializeError;

/// The struct name by which [`MultipartMixed`](super::MultipartMixed) recognises a part.
const PART: &str = "$dmr::BodyPart";

/// Bytes that are a part of a [`MultipartMixed`](super::MultipartMixed) stream, such as an image.
/// No other format can send them.
///
/// `M` is the media type in the document.
///
/// ```
/// use dmr_core::stream::{BodyPart, MediaType};
///
/// enum Jpeg {}
///
/// impl MediaType for Jpeg {
///     const MEDIA_TYPE: &'static str = "image/jpeg";
/// }
///
/// let image = BodyPart::<Jpeg>::new(vec![0xff, 0xd8]);
/// # let _ = image;
/// ```
pub struct BodyPart<M = AnyMediaType> {
    media_type: Cow<'static, str>,
    content: Bytes,
    types: PhantomData<fn() -> M>,
}

/// The media type of a [`BodyPart`], as a type.
pub trait MediaType: 'static {
    /// The media type, such as `image/jpeg`.
    const MEDIA_TYPE: &'static str;
}

/// The media type of parts whose type is not known in advance.
#[derive(Debug)]
pub enum AnyMediaType {}

impl MediaType for AnyMediaType {
    const MEDIA_TYPE: &'static str = "*/*";
}

/// The media type of events that are written as JSON.
#[derive(Debug)]
pub enum ApplicationJson {}

impl MediaType for ApplicationJson {
    const MEDIA_TYPE: &'static str = "application/json";
}

impl<M: MediaType> BodyPart<M> {
    /// A part of the media type `M`.
    pub fn new(content: impl Into<Bytes>) -> Self {
        Self {
            media_type: M::MEDIA_TYPE.into(),
            content: content.into(),
            types: PhantomData,
        }
    }
}

impl BodyPart {
    /// A part of any media type.
    pub fn of(media_type: impl Into<Cow<'static, str>>, content: impl Into<Bytes>) -> Self {
        Self {
            media_type: media_type.into(),
            content: content.into(),
            types: PhantomData,
        }
    }
}

impl<M> fmt::Debug for BodyPart<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyPart")
            .field("media_type", &self.media_type)
            .field("length", &self.content.len())
            .finish_non_exhaustive()
    }
}

impl<M> Serialize for BodyPart<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.media_type.contains(['\r', '\n']) {
            return Err(S::Error::custom("a media type has no line breaks"));
        }
        let mut part = serializer.serialize_struct(PART, 2)?;
        part.serialize_field("media_type", &self.media_type)?;
        part.serialize_field("content", &Content(&self.content))?;
        part.end()
    }
}

struct Content<'c>(&'c [u8]);

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            Err(S::Error::custom(
                "a `BodyPart` can only be sent in the format `MultipartMixed`",
            ))
        } else {
            serializer.serialize_bytes(self.0)
        }
    }
}

impl<M: MediaType> JsonSchema for BodyPart<M> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "BodyPart".into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("dmr::BodyPart<{}>", M::MEDIA_TYPE).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = Schema::default();
        // No JSON value is a part.
        schema.insert("not".to_owned(), json!({}));
        schema.insert(PART_KEYWORD.to_owned(), M::MEDIA_TYPE.into());
        schema
    }
}

/// The schema of events as the document shows it. The media types of their parts are added to
/// `media_types`. Parts of bytes have no schema.
pub(super) fn described(item: Value, media_types: &mut Vec<String>) -> Value {
    let mut item = item;
    for alternatives in ["anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = item.get_mut(alternatives) {
            for branch in branches {
                *branch = described(branch.take(), media_types);
            }
            return item;
        }
    }
    let media_type = item.get(PART_KEYWORD).and_then(Value::as_str);
    let (media_type, item) = match media_type {
        Some(media_type) => (media_type.to_owned(), json!({})),
        None => ("application/json".to_owned(), item),
    };
    if !media_types.contains(&media_type) {
        media_types.push(media_type);
    }
    item
}

/// Writes one part.
pub(super) struct PartWriter<'w> {
    boundary: &'w str,
    /// The media type that the part must have.
    expected: Option<&'static str>,
    out: &'w mut Vec<u8>,
    media_type: String,
}

impl<'w> PartWriter<'w> {
    pub(super) fn new(
        boundary: &'w str,
        expected: Option<&'static str>,
        out: &'w mut Vec<u8>,
    ) -> Self {
        Self {
            boundary,
            expected,
            out,
            media_type: String::new(),
        }
    }

    /// Writes an event that is a part. Returns `false` for any other event.
    pub(super) fn write<T: Serialize + ?Sized>(
        &mut self,
        event: &T,
    ) -> Result<bool, SerializeError> {
        match read_fields(event, self) {
            Ok(()) => Ok(true),
            Err(NotFields::Other) => Ok(false),
            Err(NotFields::Unwritable(error)) => Err(error),
        }
    }

    pub(super) fn part(&mut self, media_type: &str, content: &[u8]) -> Result<(), SerializeError> {
        if let Some(expected) = self.expected.filter(|range| !covers(range, media_type)) {
            return Err(SerializeError::new(format!(
                "a part is '{media_type}', where `MultipartMixed` says that it is '{expected}'"
            )));
        }
        // Writing to a vector cannot fail.
        let _ = write!(
            self.out,
            "--{}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
            self.boundary,
            content.len()
        );
        self.out.extend_from_slice(content);
        self.out.extend_from_slice(b"\r\n");
        Ok(())
    }
}

impl EventFields for PartWriter<'_> {
    fn wants(&mut self, name: &'static str) -> bool {
        name == PART
    }

    fn field<T: Serialize + ?Sized>(
        &mut self,
        _: &'static str,
        value: &T,
    ) -> Result<(), NotFields> {
        read_fields(value, &mut Field(self))
    }
}

/// A field of a part.
struct Field<'f, 'w>(&'f mut PartWriter<'w>);

impl EventFields for Field<'_, '_> {
    fn text(&mut self, text: &str) -> Result<(), NotFields> {
        text.clone_into(&mut self.0.media_type);
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), NotFields> {
        let media_type = std::mem::take(&mut self.0.media_type);
        Ok(self.0.part(&media_type, bytes)?)
    }
}
