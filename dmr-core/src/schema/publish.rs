//! From the schemas of requests and responses to the components of the document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::keywords::{COMMA_KEYWORD, NULL_KEYWORD, PART_KEYWORD, SSE_KEYWORD};
use super::names::{Identities, Names, Source, replace_references, shape, visit_references};
use super::{COMPONENTS, Components};

/// The components of the document.
#[derive(Debug)]
pub(crate) struct Published {
    /// All components by their published names.
    pub(crate) components: BTreeMap<String, Value>,
    /// Types whose schemas cannot be told apart.
    pub(crate) conflicts: Vec<String>,
    /// The new names of components of requests.
    pub(crate) requests: Renames,
    /// The new names of components of responses.
    pub(crate) responses: Renames,
}

/// The published names of components whose names change.
#[derive(Debug, Default)]
pub(crate) struct Renames(BTreeMap<String, String>);

impl Renames {
    fn of<'n>(&'n self, name: &'n str) -> &'n str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// Replaces names in a schema by the published ones, and removes dmr's own keywords.
    pub(crate) fn publish(&self, schema: &mut Value) {
        if !self.0.is_empty() {
            replace_references(schema, &mut |name| {
                let renamed = self.0.get(name)?;
                Some(format!("#{COMPONENTS}/{renamed}"))
            });
        }
        strip_own_keywords(schema);
    }

    fn add(&mut self, name: &str, published: String) {
        if name != published {
            self.0.insert(name.to_owned(), published);
        }
    }
}

/// Names all components. A response that differs from the request of the same type gets its own
/// name.
pub(super) fn publish(
    requests: &Components,
    responses: &Components,
    responses_as_requests: &Components,
) -> Published {
    // Types are told apart by their schemas in requests.
    let mut identities = responses_as_requests.members().clone();
    for (name, schema) in responses.members() {
        identities.entry(name).or_insert_with(|| schema.clone());
    }
    let sources = [
        Source {
            schemas: requests.members(),
            type_names: requests.type_names(),
        },
        Source {
            schemas: &identities,
            type_names: responses.type_names(),
        },
    ];
    let told_apart = Identities::new(&sources);
    let mut names = Names::new(&sources, &told_apart);
    let named = |components: &Map<String, Value>, source: Source<'_>| {
        let mut renames = Renames::default();
        for name in components.keys() {
            if let Some(published) = names.of(&told_apart.of(name, source.schemas)) {
                renames.add(name, published.to_owned());
            }
        }
        renames
    };
    let of_requests = named(requests.members(), sources[0]);
    let of_responses = named(responses.members(), sources[1]);
    let differing = differing(requests, responses, &of_requests, &of_responses);

    let mut components = published_components(requests, &of_requests);
    let mut renames = Renames::default();
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for name in responses.members().keys() {
        let mut published = of_responses.of(name).to_owned();
        if differing.contains(name.as_str()) {
            published = names.unused(format!("{published}Response"));
        }
        // Two types may be equal as requests and differ as responses.
        let members = responses.members();
        let is_other = |other: &&str| shape(other, members) != shape(name, members);
        if taken.get(&published).is_some_and(is_other) {
            published = names.unused(published);
        }
        taken.insert(published.clone(), name);
        renames.add(name, published);
    }
    components.extend(published_components(responses, &renames));
    let mut conflicts = requests.conflicts().to_vec();
    conflicts.extend_from_slice(responses.conflicts());
    conflicts.sort();
    conflicts.dedup();
    Published {
        components,
        conflicts,
        requests: of_requests,
        responses: renames,
    }
}

/// The components by their published names.
fn published_components(components: &Components, renames: &Renames) -> BTreeMap<String, Value> {
    let members = components.members().iter();
    members
        .map(|(name, schema)| {
            let published = renames.of(name);
            let component = component(name, schema, published, renames);
            (published.to_owned(), component)
        })
        .collect()
}

/// A component with its published name as its title.
fn component(name: &str, schema: &Value, published: &str, renames: &Renames) -> Value {
    let mut schema = schema.clone();
    renames.publish(&mut schema);
    if let Some(members) = schema.as_object_mut()
        && name != published
    {
        members.insert("title".to_owned(), published.into());
    }
    schema
}

/// The responses that differ from the request of the same type, or that refer to such a response.
fn differing<'r>(
    requests: &Components,
    responses: &'r Components,
    of_requests: &Renames,
    of_responses: &Renames,
) -> BTreeSet<&'r str> {
    let published: BTreeMap<&str, Value> = requests
        .members()
        .iter()
        .map(|(name, schema)| {
            let published = of_requests.of(name);
            (published, component(name, schema, published, of_requests))
        })
        .collect();
    let mut referring: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut open: Vec<&str> = Vec::new();
    for (name, schema) in responses.members() {
        let type_name = of_responses.of(name);
        let Some(request) = published.get(type_name) else {
            continue;
        };
        if component(name, schema, type_name, of_responses) != *request {
            open.push(name);
        }
        visit_references(schema, &mut |target| {
            referring.entry(target).or_default().push(name);
        });
    }
    let mut differing: BTreeSet<&str> = BTreeSet::new();
    while let Some(name) = open.pop() {
        if differing.insert(name) {
            open.extend(referring.get(name).into_iter().flatten());
        }
    }
    differing
}

/// Removes the keywords of dmr itself.
pub(crate) fn strip_own_keywords(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            for own in [COMMA_KEYWORD, NULL_KEYWORD, SSE_KEYWORD, PART_KEYWORD] {
                keywords.remove(own);
            }
            keywords.values_mut().for_each(strip_own_keywords);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_own_keywords),
        _ => {}
    }
}
