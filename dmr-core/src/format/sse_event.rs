//! Events with the fields of server-sent events.

use std::borrow::Cow;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::{Map, Value, json};

use crate::json::Json;
use crate::schema::SSE_KEYWORD;

/// The struct names by which [`Sse`](super::Sse) recognises an event. JSON does not show them.
pub(crate) const EVENT: &str = "$dmr::SseEvent";
pub(crate) const RAW_EVENT: &str = "$dmr::SseEvent(raw)";

/// An event with a name, an id, a time to wait before reconnecting, or a comment (WHATWG HTML,
/// 9.2).
///
/// [`Sse`](super::Sse) writes each field on its own line. Other formats write an object with all
/// fields: `{"data":…,"event":…,"id":…,"retry":…,"comment":…}`. An event that is not wrapped has
/// only data. For a stream of several kinds of events, use `#[derive(SseEvents)]`.
///
/// ```
/// use dmr_core::stream::{EventName, SseEvent};
///
/// const ADDED: EventName = EventName::from_static("added");
///
/// let event = SseEvent::new([1, 2, 3]).event(ADDED).id(7);
/// # let _ = event;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SseEvent<T = Json> {
    data: Data<T>,
    event: Option<EventName>,
    id: Option<EventId>,
    retry: Option<u64>,
    comment: Option<Cow<'static, str>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Data<T> {
    None,
    Value(T),
    Raw(Cow<'static, str>),
}

impl<T> SseEvent<T> {
    const EMPTY: Self = Self {
        data: Data::None,
        event: None,
        id: None,
        retry: None,
        comment: None,
    };

    pub(super) fn of_fields(
        data: Option<T>,
        event: Option<EventName>,
        id: Option<EventId>,
        retry: Option<u64>,
        comment: Option<String>,
    ) -> Self {
        Self {
            data: data.map_or(Data::None, Data::Value),
            event,
            id,
            retry,
            comment: comment.map(Cow::Owned),
        }
    }

    /// The data. `None` if the event has none, or if the data is an unchanged text.
    pub fn data(&self) -> Option<&T> {
        match &self.data {
            Data::Value(data) => Some(data),
            Data::None | Data::Raw(_) => None,
        }
    }

    /// Takes the data out of the event. `None` if the event has none, or if the data is an
    /// unchanged text.
    pub fn into_data(self) -> Option<T> {
        match self.data {
            Data::Value(data) => Some(data),
            Data::None | Data::Raw(_) => None,
        }
    }

    /// The name of the event.
    pub fn name(&self) -> Option<&str> {
        self.event.as_ref().map(EventName::as_str)
    }

    /// The id with which a client resumes.
    pub fn event_id(&self) -> Option<&str> {
        self.id.as_ref().map(EventId::as_str)
    }

    /// An event with data, which is written as JSON.
    pub fn new(data: T) -> Self {
        Self {
            data: Data::Value(data),
            ..Self::EMPTY
        }
    }

    /// An event whose data is the unchanged text, such as a sentinel `[DONE]`. The text may have
    /// several lines. It is valid in every stream of `SseEvent<T>`: the schema of `T` does not
    /// apply to it. To have the text in the document, write a variant of `#[derive(SseEvents)]`.
    pub fn raw(text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            data: Data::Raw(text.into()),
            ..Self::EMPTY
        }
    }

    /// A comment, which clients ignore.
    pub fn comment_only(text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            comment: Some(text.into()),
            ..Self::EMPTY
        }
    }

    /// An event that only sets the id with which clients resume.
    pub fn id_only(id: impl Into<EventId>) -> Self {
        Self {
            id: Some(id.into()),
            ..Self::EMPTY
        }
    }

    /// An event with a name and no data. Browsers do not dispatch it.
    pub fn event_only(name: EventName) -> Self {
        Self {
            event: Some(name),
            ..Self::EMPTY
        }
    }

    /// An event that only sets how long clients wait before they reconnect, in whole milliseconds.
    pub fn retry_only(after: Duration) -> Self {
        Self::EMPTY.retry(after)
    }

    /// Sets the name of the event.
    #[must_use]
    pub fn event(mut self, name: EventName) -> Self {
        self.event = Some(name);
        self
    }

    /// Sets the id with which a client resumes. The client sends the id as `Last-Event-ID`.
    #[must_use]
    pub fn id(mut self, id: impl Into<EventId>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets how long clients wait before they reconnect, in whole milliseconds.
    #[must_use]
    pub fn retry(mut self, after: Duration) -> Self {
        self.retry = Some(u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
        self
    }

    /// Sets a comment, which may have several lines.
    #[must_use]
    pub fn comment(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.comment = Some(text.into());
        self
    }
}

impl<T: Serialize> Serialize for SseEvent<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = match self.data {
            Data::Raw(_) => RAW_EVENT,
            _ => EVENT,
        };
        // `Sse` relies on this order.
        let mut event = serializer.serialize_struct(name, 5)?;
        match &self.data {
            Data::None => event.serialize_field("data", &None::<()>)?,
            Data::Value(data) => event.serialize_field("data", &Some(data))?,
            Data::Raw(text) => event.serialize_field("data", text)?,
        }
        let name = self.event.as_ref().map(EventName::as_str);
        event.serialize_field("event", &name)?;
        let id = self.id.as_ref().map(EventId::as_str);
        event.serialize_field("id", &id)?;
        event.serialize_field("retry", &self.retry)?;
        event.serialize_field("comment", &self.comment)?;
        event.end()
    }
}

impl<T: JsonSchema> JsonSchema for SseEvent<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("SSEvent_{}_", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("dmr::SseEvent<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let data = generator.subschema_for::<Option<T>>();
        event_schema(&data.into(), &json!({"type": ["string", "null"]}))
    }
}

/// The schema of an event as JSON. A keyword of dmr marks it.
fn event_schema(data: &Value, name: &Value) -> Schema {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert(
        "properties".to_owned(),
        json!({
            "data": data,
            "event": name,
            "id": {"type": ["string", "null"]},
            "retry": {"type": ["integer", "null"], "minimum": 0},
            "comment": {"type": ["string", "null"]},
        }),
    );
    schema.insert("required".to_owned(), json!(["data"]));
    schema.insert(SSE_KEYWORD.to_owned(), true.into());
    Schema::from(schema)
}

/// A variant, as `#[derive(SseEvents)]` writes it.
#[derive(Debug)]
pub enum Variant<'a, T> {
    /// An event with data as JSON, and perhaps a name.
    Value(Option<&'static str>, &'a T),
    /// An event with a text as data, and perhaps a name.
    Raw(Option<&'static str>, &'a str),
}

/// A variant whose data is an unchanged text.
pub fn raw_variant<'a, T: AsRef<str> + ?Sized>(
    event: Option<&'static str>,
    text: &'a T,
) -> Variant<'a, ()> {
    Variant::Raw(event, text.as_ref())
}

impl<T: Serialize> Variant<'_, T> {
    /// Serializes as an [`SseEvent`] would.
    ///
    /// # Errors
    ///
    /// The serializer fails.
    pub fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, event) = match self {
            Self::Value(event, _) => (EVENT, *event),
            Self::Raw(event, _) => (RAW_EVENT, *event),
        };
        let mut fields = serializer.serialize_struct(name, 5)?;
        match self {
            Self::Value(_, data) => fields.serialize_field("data", &Some(*data))?,
            Self::Raw(_, text) => fields.serialize_field("data", text)?,
        }
        fields.serialize_field("event", &event)?;
        fields.serialize_field("id", &None::<&str>)?;
        fields.serialize_field("retry", &None::<u64>)?;
        fields.serialize_field("comment", &None::<&str>)?;
        fields.end()
    }
}

/// The schema of a variant with data.
pub fn variant_schema<T: JsonSchema>(
    generator: &mut SchemaGenerator,
    event: Option<&'static str>,
    description: &'static str,
) -> Value {
    let data = generator.subschema_for::<T>();
    described(event_schema(&data.into(), &name_schema(event)), description)
}

/// The schema of a variant whose data is an unchanged text.
pub fn raw_variant_schema(
    event: Option<&'static str>,
    text: Option<&'static str>,
    description: &'static str,
) -> Value {
    let data = match text {
        Some(text) => json!({"const": text}),
        None => json!({"type": "string"}),
    };
    let mut schema = event_schema(&data, &name_schema(event));
    schema.insert(SSE_KEYWORD.to_owned(), "raw".into());
    described(schema, description)
}

/// The schema of the name of a variant.
fn name_schema(event: Option<&'static str>) -> Value {
    match event {
        Some(event) => json!({"const": event}),
        None => json!({"type": "null"}),
    }
}

fn described(mut schema: Schema, description: &'static str) -> Value {
    if !description.is_empty() {
        schema.insert("description".to_owned(), description.into());
    }
    schema.into()
}

/// The name of an event: a text without line breaks and NUL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventName(Cow<'static, str>);

/// The id of an event: a text without line breaks and NUL, or a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventId(Cow<'static, str>);

/// The error of a text that cannot be the name or the id of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEventText {
    /// The text has a NUL character.
    #[error("Event {0} must not contain null byte \"\\x00\"")]
    Null(&'static str),
    /// The text has a line feed or a carriage return.
    #[error("Event {0} must not contain line breaks")]
    LineBreak(&'static str),
}

pub(super) fn checked(what: &'static str, text: &str) -> Result<(), InvalidEventText> {
    if text.contains('\0') {
        Err(InvalidEventText::Null(what))
    } else if text.contains(['\r', '\n']) {
        Err(InvalidEventText::LineBreak(what))
    } else {
        Ok(())
    }
}

impl EventName {
    /// Makes a name from a constant.
    ///
    /// # Panics
    ///
    /// The text has a line break or a NUL. In a constant, that is a compile error.
    pub const fn from_static(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut position = 0;
        while position < bytes.len() {
            assert!(
                !matches!(bytes[position], 0 | b'\r' | b'\n'),
                "the name of an event has no line break and no NUL"
            );
            position += 1;
        }
        Self(Cow::Borrowed(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl EventId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EventName {
    type Error = InvalidEventText;

    fn try_from(text: String) -> Result<Self, InvalidEventText> {
        checked("event", &text)?;
        Ok(Self(text.into()))
    }
}

impl TryFrom<&str> for EventName {
    type Error = InvalidEventText;

    fn try_from(text: &str) -> Result<Self, InvalidEventText> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for EventId {
    type Error = InvalidEventText;

    fn try_from(text: String) -> Result<Self, InvalidEventText> {
        checked("id", &text)?;
        Ok(Self(text.into()))
    }
}

impl TryFrom<&str> for EventId {
    type Error = InvalidEventText;

    fn try_from(text: &str) -> Result<Self, InvalidEventText> {
        text.to_owned().try_into()
    }
}

macro_rules! id_of_number {
    ($($number:ty)*) => {
        $(
            impl From<$number> for EventId {
                fn from(number: $number) -> Self {
                    Self(number.to_string().into())
                }
            }
        )*
    };
}

id_of_number!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);
