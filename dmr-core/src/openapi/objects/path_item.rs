//! The Path Item Object.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::Operation;
use crate::endpoint::Verb;

/// The operations of a path, in the order of the specification.
#[derive(Debug, Default)]
pub(in crate::openapi) struct PathItem<'e>(BTreeMap<Verb, Operation<'e>>);

impl<'e> PathItem<'e> {
    pub(in crate::openapi) fn set(&mut self, verb: Verb, operation: Operation<'e>) {
        self.0.insert(verb, operation);
    }
}

impl Serialize for PathItem<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = self.0.iter();
        serializer.collect_map(members.map(|(verb, operation)| (member(*verb), operation)))
    }
}

fn member(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "get",
        Verb::Put => "put",
        Verb::Post => "post",
        Verb::Delete => "delete",
        Verb::Meta => "options",
        Verb::Head => "head",
        Verb::Patch => "patch",
        Verb::Trace => "trace",
        Verb::Query => "query",
    }
}
