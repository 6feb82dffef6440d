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

    /// An event with data, which is written as JSON.
    pub fn new(data: T) -> Self {
        Self {
            data: Data::Value(data),
            ..Self::EMPTY
        }
    }

    /// An event whose data is the unchanged text, such as a sentinel `[DONE]`. The text may have
    /// several lines.
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
    /// An event with a name, and with data as JSON.
    Value(&'static str, &'a T),
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
            Self::Value(event, _) => (EVENT, Some(*event)),
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
    event: &'static str,
    description: &'static str,
) -> Value {
    let data = generator.subschema_for::<T>();
    described(
        event_schema(&data.into(), &json!({"const": event})),
        description,
    )
}

/// The schema of a variant whose data is an unchanged text.
pub fn raw_variant_schema(
    event: Option<&'static str>,
    text: Option<&'static str>,
    description: &'static str,
) -> Value {
    let name = match event {
        Some(event) => json!({"const": event}),
        None => json!({"type": "null"}),
    };
    let mut data = json!({"type": "string"});
    if let Some(text) = text {
        data = json!({"const": text});
    }
    let mut schema = event_schema(&data, &name);
    schema.insert(SSE_KEYWORD.to_owned(), "raw".into());
    described(schema, description)
}

fn described(mut schema: Schema, description: &'static str) -> Value {
    if !description.is_empty() {
        schema.insert("description".to_owned(), description.into());
    }
    schema.into()
}

/// The schema of all variants.
pub fn variants_schema(variants: Vec<Value>) -> Schema {
    let mut schema = Schema::default();
    schema.insert("oneOf".to_owned(), variants.into());
    schema
}

/// The schema of an event that a client has parsed, given the schema of the event as JSON.
pub(crate) fn parsed_schema(item: &Value) -> Value {
    for alternatives in ["oneOf", "anyOf"] {
        if has_events(item)
            && let Some(branches) = item.get(alternatives).and_then(Value::as_array)
        {
            let branches: Vec<Value> = branches.iter().map(parsed_schema).collect();
            return json!({alternatives: branches});
        }
    }
    let mut properties = Map::new();
    let mut required = vec!["data"];
    if !is_event(item) {
        properties.insert("data".to_owned(), data_schema(item));
        return object(properties, &required, None);
    }
    let field = |name: &str| item.pointer(&format!("/properties/{name}"));
    let raw = item.get(SSE_KEYWORD) == Some(&json!("raw"));
    // An event that wraps events adds its fields to theirs.
    if let Some(inner) = field("data").and_then(not_null).filter(has_events) {
        return parsed_schema(&inner);
    }
    match field("data") {
        Some(data) if raw => {
            properties.insert("data".to_owned(), data.clone());
        }
        Some(data) => {
            let data = not_null(data);
            properties.insert("data".to_owned(), data_schema(&data.unwrap_or_default()));
        }
        None => {}
    }
    match field("event") {
        Some(name) if name.get("const").is_some() => {
            properties.insert("event".to_owned(), name.clone());
            required.push("event");
        }
        Some(name) if name.get("type") == Some(&json!("null")) => {}
        _ => {
            properties.insert("event".to_owned(), json!({"type": "string"}));
            // Such an event may be only a comment or an id.
            required.clear();
        }
    }
    properties.insert("id".to_owned(), json!({"type": "string"}));
    properties.insert("retry".to_owned(), json!({"type": "integer", "minimum": 0}));
    object(properties, &required, item.get("description"))
}

/// The schema of an error in place of an event that a client has parsed.
pub(crate) fn error_schema(error: &Value) -> Value {
    if is_event(error) {
        return parsed_schema(error);
    }
    let mut properties = Map::new();
    properties.insert("data".to_owned(), data_schema(error));
    properties.insert("event".to_owned(), json!({"const": "error"}));
    object(properties, &["data", "event"], None)
}

/// Whether a schema describes an event, or has a branch that does.
fn has_events(schema: &Value) -> bool {
    let alternatives = ["oneOf", "anyOf"]
        .into_iter()
        .find_map(|key| schema.get(key));
    let branches = alternatives.and_then(Value::as_array);
    is_event(schema) || branches.is_some_and(|branches| branches.iter().any(has_events))
}

fn is_event(schema: &Value) -> bool {
    schema.get(SSE_KEYWORD).is_some()
}

fn object(properties: Map<String, Value>, required: &[&str], description: Option<&Value>) -> Value {
    let mut schema = Map::new();
    if let Some(description) = description {
        schema.insert("description".to_owned(), description.clone());
    }
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema.into()
}

/// The schema of data: for a parser of events, data is a text. The text is JSON.
fn data_schema(item: &Value) -> Value {
    json!({"type": "string", "contentMediaType": "application/json", "contentSchema": item})
}

/// The schema of an optional value, without the null.
fn not_null(schema: &Value) -> Option<Value> {
    let null = json!({"type": "null"});
    let branches = schema.get("anyOf").and_then(Value::as_array);
    let Some(branches) = branches else {
        return Some(schema.clone());
    };
    let mut others = branches.iter().filter(|branch| **branch != null);
    match (others.next(), others.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => Some(schema.clone()),
    }
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

fn checked(what: &'static str, text: &str) -> Result<(), InvalidEventText> {
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
