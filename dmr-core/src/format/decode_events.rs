//! Reads server-sent events: from bytes to events, and from events to JSON.

use bytes::BytesMut;
use dmr_client::{ParsedEvent, SseError, SseParser};
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::decode::{Decoded, Decoder, ItemKind};
use super::event_schema::{is_event, not_null};
use crate::quoted::quoted;
use crate::schema::{SSE_KEYWORD, branches};

/// The decoder of server-sent events. Comments, and events without data, are not items.
#[doc(hidden)]
#[derive(Debug)]
pub struct ServerSentEvents(SseParser);

impl Decoder for ServerSentEvents {
    const KIND: ItemKind = ItemKind::Events;

    fn new(max_item: usize) -> Self {
        Self(SseParser::new(max_item))
    }

    fn decode(&mut self, input: &mut BytesMut, is_end: bool) -> Decoded {
        match self.0.next(input) {
            // A handler must not get what the client did not send.
            Some(Ok(event)) if event.is_replaced => Decoded::Broken("Invalid UTF-8"),
            Some(Ok(event)) => Decoded::Event(event),
            Some(Err(_)) => Decoded::TooLong,
            None if !is_end => Decoded::Nothing,
            None => match self.0.finish(input) {
                None => Decoded::Nothing,
                Some(SseError::TooLong) => Decoded::TooLong,
                Some(_) => Decoded::Broken(
                    "Expected an empty line after the event, it may have been cut off",
                ),
            },
        }
    }
}

/// The JSON that an item has as an event, by the schema of the items.
#[derive(Debug)]
pub(crate) enum EventShape {
    /// The item is the data of the event.
    Data,
    /// The item is an event with all its fields, one of these.
    Fields(Vec<Branch>),
    /// The item is an event whose data is another event.
    Wrapped(Box<Self>),
}

/// A kind of events.
#[derive(Debug)]
pub(crate) struct Branch {
    name: BranchName,
    data: BranchData,
}

#[derive(Debug)]
enum BranchName {
    Any,
    None,
    Is(String),
}

#[derive(Debug)]
enum BranchData {
    Json,
    Text,
    Constant(String),
}

impl EventShape {
    pub(crate) fn of(document: &Value, schema: &Value) -> Self {
        let branches = branches(document, schema);
        let mut events = branches.into_iter().filter(|branch| is_event(branch));
        let mut found = Vec::new();
        for event in &mut events {
            let data = event.pointer("/properties/data");
            if let Some(data) = data.and_then(not_null)
                && let inner @ (Self::Fields(_) | Self::Wrapped(_)) = Self::of(document, &data)
            {
                return Self::Wrapped(Box::new(inner));
            }
            found.push(Branch::of(event));
        }
        match found.is_empty() {
            true => Self::Data,
            false => Self::Fields(found),
        }
    }

    /// The item as JSON.
    ///
    /// # Errors
    ///
    /// No item has this name, or the data is not JSON, but has to be.
    pub(crate) fn json(&self, event: &ParsedEvent) -> Result<String, String> {
        let branches = match self {
            Self::Data => return Ok(event.data.clone()),
            Self::Wrapped(inner) => {
                let mut named = event.clone();
                (named.id, named.retry) = (None, None);
                return Ok(object(&inner.json(&named)?, None, event));
            }
            Self::Fields(branches) => branches,
        };
        let name = Some(&*event.event).filter(|name| !name.is_empty());
        let named = branches.iter().filter(|branch| branch.has_name(name));
        let named: Vec<&BranchData> = named.map(|branch| &branch.data).collect();
        if named.is_empty() {
            return Err(unknown(name, branches));
        }
        let is_constant =
            |data: &&BranchData| matches!(data, BranchData::Constant(text) if *text == event.data);
        let may_be_json = named.iter().any(|data| matches!(data, BranchData::Json));
        let may_be_text = named.iter().any(|data| matches!(data, BranchData::Text));
        if !named.iter().any(is_constant) && may_be_json {
            match serde_json::from_str::<IgnoredAny>(&event.data) {
                Ok(_) => return Ok(object(&event.data, name, event)),
                Err(error) if !may_be_text => return Err(error.to_string()),
                Err(_) => {}
            }
        }
        Ok(object(&json!(event.data).to_string(), name, event))
    }
}

/// The error of an event whose name no item has.
fn unknown(name: Option<&str>, branches: &[Branch]) -> String {
    let known = branches.iter().filter_map(|branch| match &branch.name {
        BranchName::Is(name) => Some(name),
        BranchName::Any | BranchName::None => None,
    });
    let known = quoted(known);
    match name {
        Some(name) => format!("Unknown event '{name}', expected=[{known}]"),
        None => format!("Expected an event with a name, expected=[{known}]"),
    }
}

/// An event as JSON, with data that is JSON already.
fn object(data: &str, name: Option<&str>, event: &ParsedEvent) -> String {
    let retry = event.retry.map(|retry| retry.as_millis());
    let (name, id) = (json!(name), json!(event.id));
    let retry = retry.map_or_else(|| "null".to_owned(), |retry| retry.to_string());
    format!(r#"{{"data":{data},"event":{name},"id":{id},"retry":{retry},"comment":null}}"#)
}

impl Branch {
    fn of(event: &Value) -> Self {
        let field = |name: &str| event.pointer(&format!("/properties/{name}"));
        let name = match field("event") {
            Some(name) if name.get("type") == Some(&json!("null")) => BranchName::None,
            Some(name) => match name.get("const").and_then(Value::as_str) {
                Some(name) => BranchName::Is(name.to_owned()),
                None => BranchName::Any,
            },
            None => BranchName::Any,
        };
        let constant = field("data").and_then(|data| data.get("const")?.as_str());
        let data = match constant {
            _ if event.get(SSE_KEYWORD) != Some(&json!("raw")) => BranchData::Json,
            Some(text) => BranchData::Constant(text.to_owned()),
            None => BranchData::Text,
        };
        Self { name, data }
    }

    fn has_name(&self, name: Option<&str>) -> bool {
        match &self.name {
            BranchName::Any => true,
            BranchName::None => name.is_none(),
            BranchName::Is(own) => name == Some(own),
        }
    }
}
