//! The variants of a union of objects, for messages.

use serde_json::Value;

use crate::assertion::Assertion;
use crate::compiled::{Compiled, Keyword, Object, SchemaId};

/// The mark that tells the objects of a union apart.
#[derive(Debug, PartialEq)]
pub(crate) enum Variants<'c> {
    /// A required member with another constant in each variant: an internally tagged enum.
    Tag(&'c str, Vec<&'c Value>),
    /// The only member of each variant: an externally tagged enum.
    Names(Vec<&'c str>),
}

impl Compiled {
    /// The variants of a union. `None` if nothing tells all of them apart.
    pub(crate) fn variants(&self, branches: &[SchemaId]) -> Option<Variants<'_>> {
        let objects: Vec<Vec<&Object>> = branches
            .iter()
            .map(|branch| self.objects(*branch))
            .filter(|objects| !objects.is_empty())
            .collect();
        let [first, _, ..] = objects.as_slice() else {
            return None;
        };
        let tags = first.iter().flat_map(|object| &object.properties);
        for tag in tags.map(|property| property.name.as_str()) {
            let constants = objects.iter().map(|objects| self.constant(objects, tag));
            if let Some(constants) = constants.collect::<Option<Vec<_>>>() {
                return Some(Variants::Tag(tag, constants));
            }
        }
        let names = objects.iter().map(|objects| only_name(objects));
        names.collect::<Option<Vec<_>>>().map(Variants::Names)
    }

    /// The keywords of a schema about objects, with those of the schemas to which it refers.
    fn objects(&self, schema: SchemaId) -> Vec<&Object> {
        let keywords = self.keywords(schema).iter();
        keywords
            .flat_map(|keyword| match keyword {
                Keyword::Object(object) => vec![object],
                // A schema that refers to itself is refused when it is compiled.
                Keyword::All(schemas) => schemas
                    .iter()
                    .flat_map(|schema| self.objects(*schema))
                    .collect(),
                _ => Vec::new(),
            })
            .collect()
    }

    /// The constant of a required member.
    fn constant<'c>(&'c self, objects: &[&'c Object], name: &str) -> Option<&'c Value> {
        let mut properties = objects.iter().flat_map(|object| &object.properties);
        let tag = properties.find(|property| property.name == name && property.required)?;
        let mut keywords = self.keywords(tag.schema).iter();
        keywords.find_map(|keyword| match keyword {
            Keyword::Assertion(Assertion::Const(value)) => Some(value),
            _ => None,
        })
    }
}

/// The name of the only property, if it is required.
fn only_name<'c>(objects: &[&'c Object]) -> Option<&'c str> {
    let mut properties = objects.iter().flat_map(|object| &object.properties);
    match (properties.next(), properties.next()) {
        (Some(only), None) if only.required => Some(&only.name),
        _ => None,
    }
}
