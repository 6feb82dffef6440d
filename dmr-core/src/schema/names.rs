//! The names under which components are published.
//!
//! The generator of schemas tells types of one name apart by numbers: `Page`, `Page2`. The document
//! gets better names: `PageOfUser` and `PageOfBook` for a type with parameters, and the module
//! before the second `Model`. Components of requests and responses are the same type if their
//! schemas have the same shape.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

use super::{COMPONENTS, component_name};

/// The components of one generator.
#[derive(Clone, Copy)]
pub(super) struct Source<'s> {
    /// The schemas that distinguish the types.
    pub(super) schemas: &'s Map<String, Value>,
    /// The Rust types of components, if they are known.
    pub(super) type_names: &'s BTreeMap<String, &'static str>,
}

/// The published names of all types.
#[derive(Default)]
pub(super) struct Names {
    /// The names by the identities of the types.
    names: BTreeMap<String, String>,
    used: BTreeSet<String>,
}

/// The identities of types: their names in the source code, or their shapes if a name is ambiguous.
pub(super) struct Identities<'s> {
    /// The names of more than one type.
    ambiguous: BTreeSet<&'s str>,
}

impl<'s> Identities<'s> {
    pub(super) fn new(sources: &[Source<'s>]) -> Self {
        let mut ambiguous = BTreeSet::new();
        let mut seen: BTreeMap<&str, &Value> = BTreeMap::new();
        for source in sources {
            for (name, schema) in source.schemas {
                let base = base_of(name, source.schemas);
                let differs = seen.get(base).is_some_and(|known| *known != schema);
                if base != name || differs {
                    ambiguous.insert(base);
                }
                seen.entry(base).or_insert(schema);
            }
        }
        Self { ambiguous }
    }

    pub(super) fn of(&self, name: &str, schemas: &Map<String, Value>) -> String {
        let base = base_of(name, schemas);
        if self.ambiguous.contains(base) {
            shape(name, schemas)
        } else {
            base.to_owned()
        }
    }
}

/// A type that needs a name.
struct Candidate<'s> {
    identity: String,
    /// The name in the generator.
    name: &'s str,
    /// The name in the source code.
    base: &'s str,
    type_name: Option<&'static str>,
    refers_to: BTreeSet<&'s str>,
}

impl Names {
    pub(super) fn new(sources: &[Source<'_>], identities: &Identities<'_>) -> Self {
        let mut families: BTreeMap<&str, Vec<Candidate<'_>>> = BTreeMap::new();
        let mut order: Vec<&str> = Vec::new();
        let mut known: BTreeSet<String> = BTreeSet::new();
        for source in sources {
            for name in source.schemas.keys() {
                let candidate = Candidate::new(name, *source, identities);
                if !known.insert(candidate.identity.clone()) {
                    continue;
                }
                let family = families.entry(candidate.base).or_default();
                if family.is_empty() {
                    order.push(candidate.base);
                }
                family.push(candidate);
            }
        }
        let mut names = Self {
            used: order.iter().map(|base| (*base).to_owned()).collect(),
            ..Self::default()
        };
        for base in order {
            names.name(base, &families[base]);
        }
        names
    }

    /// Names the types that share a name in the source code.
    fn name(&mut self, base: &str, family: &[Candidate<'_>]) {
        if let [only] = family {
            self.names.insert(only.identity.clone(), base.to_owned());
            return;
        }
        // The references of components without a known Rust type can tell them apart, but only if
        // each component has other references.
        let unknown = || {
            family
                .iter()
                .filter(|candidate| candidate.type_name.is_none())
        };
        let references: BTreeSet<&BTreeSet<&str>> =
            unknown().map(|candidate| &candidate.refers_to).collect();
        let differ = references.len() == unknown().count()
            && references.iter().all(|names| !names.is_empty());
        let mut plain = Some(base.to_owned());
        for candidate in family {
            let of_references = || differ.then(|| candidate.of_references()).flatten();
            let name = match candidate.of_parameters().or_else(of_references) {
                Some(name) => self.unused(name),
                None => match plain.take() {
                    Some(base) => base,
                    None => {
                        let name = candidate.of_module();
                        self.unused(name.unwrap_or_else(|| candidate.name.to_owned()))
                    }
                },
            };
            self.names.insert(candidate.identity.clone(), name);
        }
    }

    /// The name, with a number if it is taken. A name that a user chose is never overwritten.
    pub(super) fn unused(&mut self, name: String) -> String {
        let numbered = (2..).map(|number| format!("{name}{number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        let unused = names.find(|name| !self.used.contains(name)).unwrap_or(name);
        self.used.insert(unused.clone());
        unused
    }

    /// The name of a type.
    pub(super) fn of(&self, identity: &str) -> Option<&str> {
        self.names.get(identity).map(String::as_str)
    }
}

impl<'s> Candidate<'s> {
    fn new(name: &'s str, source: Source<'s>, identities: &Identities<'_>) -> Self {
        let mut refers_to = BTreeSet::new();
        visit_references(&source.schemas[name], &mut |target| {
            if target != name {
                refers_to.insert(base_of(target, source.schemas));
            }
        });
        Self {
            identity: identities.of(name, source.schemas),
            name,
            base: base_of(name, source.schemas),
            type_name: source.type_names.get(name).copied(),
            refers_to,
        }
    }

    /// `PageOfUser`, for the type `Page<User>`.
    fn of_parameters(&self) -> Option<String> {
        let (_, parameters) = self.type_name?.split_once('<')?;
        let words = spoken(parameters);
        (!words.is_empty()).then(|| format!("{}Of{words}", self.base))
    }

    /// `PageOfUser`, for a component that refers to `User` and whose Rust type is not known.
    fn of_references(&self) -> Option<String> {
        if self.type_name.is_some() || self.refers_to.is_empty() {
            return None;
        }
        let names: Vec<&str> = self.refers_to.iter().copied().collect();
        Some(format!("{}Of{}", self.base, names.join("And")))
    }

    /// `BooksModel`, for the type `books::Model`.
    fn of_module(&self) -> Option<String> {
        let path = self.type_name?.split('<').next()?;
        let module = path.rsplit("::").nth(1)?;
        Some(format!("{}{}", module.to_upper_camel_case(), self.base))
    }
}

/// The parameters of a type in words: `app::User, Vec<app::Book>>` becomes `UserAndVecOfBook`.
fn spoken(parameters: &str) -> String {
    let mut words = String::new();
    let mut rest = parameters;
    while let Some(end) = rest.find(['<', ',', '>']) {
        let name = rest[..end].rsplit("::").next().unwrap_or_default();
        words.push_str(&name.to_upper_camel_case());
        words.push_str(match &rest[end..=end] {
            "<" => "Of",
            "," => "And",
            _ => "",
        });
        rest = &rest[end + 1..];
    }
    words
}

/// `Page` for `Page2`, if the generator appended the number. It has then used all lower numbers
/// too.
fn base_of<'s>(name: &'s str, schemas: &Map<String, Value>) -> &'s str {
    let base = name.trim_end_matches(|last: char| last.is_ascii_digit());
    let digits = &name[base.len()..];
    let Ok(number) = digits.parse::<usize>() else {
        return name;
    };
    let is_numbered = !digits.starts_with('0')
        && (2..=schemas.len()).contains(&number)
        && schemas.contains_key(base)
        && (2..number).all(|lower| schemas.contains_key(&format!("{base}{lower}")));
    if is_numbered { base } else { name }
}

/// The shape of a component and everything that it refers to, without the generator's numbers.
pub(super) fn shape(name: &str, schemas: &Map<String, Value>) -> String {
    let base = base_of(name, schemas);
    let reference = serde_json::json!({"$ref": format!("#{COMPONENTS}/{name}")});
    format!("{base}{}", shape_of(&reference, schemas))
}

/// The shape of a schema and everything that it refers to, without the generator's numbers.
pub(super) fn shape_of(schema: &Value, schemas: &Map<String, Value>) -> String {
    let mut positions: HashMap<String, usize> = HashMap::new();
    let mut reached: Vec<String> = Vec::new();
    let mut shape = String::new();
    let mut next = Some(schema.clone());
    let mut position = 0;
    while let Some(mut schema) = next.take() {
        replace_references(&mut schema, &mut |target| {
            let new = reached.len();
            let position = *positions.entry(target.to_owned()).or_insert_with(|| {
                reached.push(target.to_owned());
                new
            });
            Some(format!("{position}:{}", base_of(target, schemas)))
        });
        shape.push_str(&schema.to_string());
        while next.is_none() && position < reached.len() {
            let name = &reached[position];
            next = schemas.get(name).map(|schema| {
                let mut schema = schema.clone();
                if let Some(members) = schema.as_object_mut()
                    && members.get("title").is_some_and(|title| title == name)
                {
                    members.remove("title");
                }
                schema
            });
            position += 1;
        }
    }
    shape
}

/// Calls `each` with the name of every component to which a schema refers.
pub(super) fn visit_references<'s>(schema: &'s Value, each: &mut dyn FnMut(&'s str)) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(target) if key == "$ref" => {
                        component_name(target).into_iter().for_each(&mut *each);
                    }
                    _ => visit_references(value, each),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| visit_references(item, each)),
        _ => {}
    }
}

/// Replaces the references to components for which `replace` returns a new target.
pub(super) fn replace_references(
    schema: &mut Value,
    replace: &mut dyn FnMut(&str) -> Option<String>,
) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(target) if key == "$ref" => {
                        if let Some(new) = component_name(target).and_then(&mut *replace) {
                            *target = new;
                        }
                    }
                    _ => replace_references(value, replace),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                replace_references(item, replace);
            }
        }
        _ => {}
    }
}
