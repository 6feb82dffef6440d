//! The Path Item Object.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{OperationObject, ServerObject};
use crate::verb::Verb;

/// The texts of a path in the document.
#[derive(Debug, Clone, Default)]
pub(crate) struct PathItemTexts {
    pub(crate) summary: Option<Cow<'static, str>>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) servers: Vec<Cow<'static, str>>,
}

/// The operations of a path, in the order of the specification.
#[derive(Debug)]
pub(crate) struct PathItem<'e> {
    texts: &'e PathItemTexts,
    operations: BTreeMap<Verb, OperationObject<'e>>,
}

impl<'e> PathItem<'e> {
    pub(crate) fn new(texts: &'e PathItemTexts) -> Self {
        Self {
            texts,
            operations: BTreeMap::new(),
        }
    }

    pub(crate) fn set(&mut self, verb: Verb, operation: OperationObject<'e>) {
        self.operations.insert(verb, operation);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }
}

impl Serialize for PathItem<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(summary) = &self.texts.summary {
            map.serialize_entry("summary", summary)?;
        }
        if let Some(description) = &self.texts.description {
            map.serialize_entry("description", description)?;
        }
        let mut additional: BTreeMap<&str, &OperationObject<'_>> = BTreeMap::new();
        for (verb, operation) in &self.operations {
            match member(*verb) {
                Ok(member) => map.serialize_entry(member, operation)?,
                Err(method) => {
                    additional.insert(method, operation);
                }
            }
        }
        if !additional.is_empty() {
            map.serialize_entry("additionalOperations", &additional)?;
        }
        if !self.texts.servers.is_empty() {
            let servers = self.texts.servers.iter();
            let servers: Vec<ServerObject<'_>> = servers.map(|url| ServerObject { url }).collect();
            map.serialize_entry("servers", &servers)?;
        }
        map.end()
    }
}

/// The member of a verb, or its method if OpenAPI has no member for it.
fn member(verb: Verb) -> Result<&'static str, &'static str> {
    Ok(match verb {
        Verb::Get => "get",
        Verb::Put => "put",
        Verb::Post => "post",
        Verb::Delete => "delete",
        Verb::Meta => "options",
        Verb::Head => "head",
        Verb::Patch => "patch",
        Verb::Trace => "trace",
        Verb::Query => "query",
        Verb::Custom(method) => return Err(method),
    })
}
