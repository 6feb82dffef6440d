//! Events that have become JSON, and are written as the events that they were.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;

use super::event_fields::{EventFields, NotFields, read_fields};
use super::sse_event::{EVENT, RAW_EVENT, checked};

/// What an event is beside its JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// A value, of which server-sent events make data.
    Value,
    /// An event with fields, whose data is of another kind.
    Event(Box<Self>),
    /// An event whose data is an unchanged text.
    Raw,
}

impl EventKind {
    pub(crate) fn of(event: &dyn erased_serde::Serialize) -> Self {
        let mut reader = KindReader(Self::Value);
        // A value that is not an event gives an error.
        let _ = read_fields(event, &mut reader);
        reader.0
    }

    /// Whether the data is an unchanged text, to which the schema of the data does not apply.
    pub(crate) fn is_raw(&self) -> bool {
        match self {
            Self::Value => false,
            Self::Event(data) => data.is_raw(),
            Self::Raw => true,
        }
    }
}

/// Reads the kind of an event, and of its data: an event may wrap another one.
struct KindReader(EventKind);

impl EventFields for KindReader {
    fn some<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFields> {
        read_fields(value, self)
    }

    fn wants(&mut self, name: &'static str) -> bool {
        if name == RAW_EVENT {
            self.0 = EventKind::Raw;
        }
        name == EVENT
    }

    fn field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), NotFields> {
        if name == "data" {
            let mut data = Self(EventKind::Value);
            let _ = read_fields(value, &mut data);
            self.0 = EventKind::Event(Box::new(data.0));
        }
        Ok(())
    }
}

/// An event of a kind, as JSON.
#[derive(Debug)]
pub(crate) struct JsonEvent {
    kind: EventKind,
    value: Value,
}

impl JsonEvent {
    /// # Errors
    ///
    /// The JSON is not that of an event of this kind.
    pub(crate) fn new(kind: EventKind, value: Value) -> Result<Self, String> {
        check(&kind, &value)?;
        Ok(Self { kind, value })
    }
}

/// Checks that an event of this kind can be written.
fn check(kind: &EventKind, value: &Value) -> Result<(), String> {
    if *kind == EventKind::Value {
        return Ok(());
    }
    for (name, is_right) in FIELDS {
        let field = value.get(name).unwrap_or(&Value::Null);
        if !field.is_null() && !is_right(field) {
            return Err(format!("the field `{name}` of an event cannot be {field}"));
        }
        if let ("event" | "id", Value::String(text)) = (name, field) {
            checked(name, text).map_err(|error| error.to_string())?;
        }
    }
    match (kind, value.get("data")) {
        (_, None) => Err("an event is an object with the field `data`".to_owned()),
        (EventKind::Raw, Some(data)) if !data.is_string() => {
            Err("the data of this event is a text".to_owned())
        }
        (EventKind::Event(inner), Some(data)) if !data.is_null() => check(inner, data),
        _ => Ok(()),
    }
}

type IsRight = fn(&Value) -> bool;

/// The fields of an event beside the data, and the values that they may have.
const FIELDS: [(&str, IsRight); 4] = [
    ("event", Value::is_string),
    ("id", Value::is_string),
    ("retry", Value::is_u64),
    ("comment", Value::is_string),
];

impl Serialize for JsonEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written(&self.kind, &self.value).serialize(serializer)
    }
}

struct Written<'e>(&'e EventKind, &'e Value);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(kind, value) = self;
        let name = match kind {
            EventKind::Value => return value.serialize(serializer),
            EventKind::Event(_) => EVENT,
            EventKind::Raw => RAW_EVENT,
        };
        // `Sse` relies on this order.
        let mut event = serializer.serialize_struct(name, 5)?;
        match (kind, &value["data"]) {
            (EventKind::Event(_), Value::Null) => event.serialize_field("data", &None::<()>)?,
            (EventKind::Event(inner), data) => {
                event.serialize_field("data", &Some(Written(inner, data)))?;
            }
            (_, data) => event.serialize_field("data", &data.as_str().unwrap_or_default())?,
        }
        event.serialize_field("event", &value["event"].as_str())?;
        event.serialize_field("id", &value["id"].as_str())?;
        event.serialize_field("retry", &value["retry"].as_u64())?;
        event.serialize_field("comment", &value["comment"].as_str())?;
        event.end()
    }
}
