//! Whether a type reads what its schema says, found out with samples.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::samples::samples;
use super::{Context, SchemaOf, Validator, is_proved_by_type, reads_as_said, resolve};
use crate::error_detail::ErrorLocation;

/// The greatest number of wrong values that a type is asked about.
const MOST_QUESTIONS: usize = 2_000;

/// A type that is read from requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Readable {
    pub(crate) schema: SchemaOf,
    pub(crate) read: ReadSample,
}

/// Reads a type from a value, and says whether that worked.
pub(crate) type ReadSample = fn(Value, &ReadNotes) -> bool;

/// What is found out while a value is read.
#[derive(Debug, Default)]
pub(crate) struct ReadNotes {
    /// The place of the first error, which is the innermost one.
    failed: RefCell<Option<Vec<ErrorLocation>>>,
    names: RefCell<Vec<NamesRead>>,
    /// Whether the names of fields and variants are wanted.
    pub(crate) wants_names: bool,
}

impl ReadNotes {
    pub(crate) fn failed_at(&self, place: impl FnOnce() -> Vec<ErrorLocation>) {
        self.failed.borrow_mut().get_or_insert_with(place);
    }

    pub(crate) fn into_failed(self) -> Vec<ErrorLocation> {
        self.failed.into_inner().unwrap_or_default()
    }

    pub(crate) fn add_names(&self, place: Vec<ErrorLocation>, names: &'static [&'static str]) {
        self.names.borrow_mut().push(NamesRead { place, names });
    }
}

/// What serde wants to read at a place: the fields of a struct, or the variants of an enum.
#[derive(Debug)]
struct NamesRead {
    place: Vec<ErrorLocation>,
    names: &'static [&'static str],
}

/// What samples have shown about a type. It is known when the application is built, which is after
/// its endpoints are made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading(Arc<OnceLock<Facts>>);

#[derive(Debug, Clone, Copy, Default)]
struct Facts {
    proved: bool,
    plain: bool,
}

impl Reading {
    /// Whether every value that the type reads satisfies its schema.
    pub(crate) fn is_proved(&self) -> bool {
        self.facts().proved
    }

    /// Whether serde told of each struct inside which fields it reads. It does not in flattened
    /// structs and tagged enums, whose aliases stay hidden.
    pub(crate) fn is_plain(&self) -> bool {
        self.facts().plain
    }

    fn facts(&self) -> Facts {
        self.0.get().copied().unwrap_or_default()
    }
}

/// What a type reads that its schema does not allow.
enum Accepted {
    Nothing,
    Wrong(Value),
    Unknown,
}

/// A type to ask when all schemas are known.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) readable: Readable,
    pub(super) validator: Validator,
    pub(super) reading: Reading,
}

impl Question {
    /// Asks the type.
    ///
    /// # Errors
    ///
    /// The type reads names that its schema does not have.
    pub(super) fn answer(&self) -> Result<(), String> {
        let (root, schema) = (self.validator.document(), self.validator.schema());
        let samples = samples(root, schema);
        let mut plain = !samples.is_empty();
        let mut proved = is_proved_by_type(root, schema) && reads_as_said(root, schema);
        for sample in &samples {
            let notes = ReadNotes {
                wants_names: true,
                ..ReadNotes::default()
            };
            let is_read = self.reads(sample, &notes);
            let names = notes.names.into_inner();
            if !is_read {
                self.disagrees(&mut proved, "does not read", sample);
            }
            self.check_names(root, schema, &names)?;
            let told: BTreeSet<String> = names.iter().map(|names| pointer(&names.place)).collect();
            plain &= is_read && all_told(sample, &mut Vec::new(), &told);
        }
        if proved {
            match self.accepted(&samples) {
                Accepted::Nothing => {}
                Accepted::Wrong(wrong) => self.disagrees(&mut proved, "reads", &wrong),
                // A type that is too large to be asked about each place is checked.
                Accepted::Unknown => proved = false,
            }
        }
        // Nobody else sets it.
        let _ = self.reading.0.set(Facts { proved, plain });
        Ok(())
    }

    fn reads(&self, value: &Value, notes: &ReadNotes) -> bool {
        // A `Deserialize` that panics ends a request. It does not end the build.
        let read = AssertUnwindSafe(|| (self.readable.read)(value.clone(), notes));
        catch_unwind(read).unwrap_or(false)
    }

    /// A type that proves its schema by the look of it, but reads something else, is checked.
    fn disagrees(&self, proved: &mut bool, how: &str, value: &Value) {
        if *proved {
            tracing::warn!(
                r#type = self.readable.schema.type_name(),
                "the type {how} {value}, against its schema: each value is checked"
            );
        }
        *proved = false;
    }

    /// Asks for a value that the type reads and its schema does not allow.
    fn accepted(&self, samples: &[Value]) -> Accepted {
        let mut left = MOST_QUESTIONS;
        for sample in samples {
            let mut places = Vec::new();
            list_places(sample, &mut String::new(), &mut places);
            for place in places {
                for wrong in wrong_values(sample, &place) {
                    let Some(fewer) = left.checked_sub(1) else {
                        return Accepted::Unknown;
                    };
                    left = fewer;
                    let is_allowed = |value| {
                        self.validator
                            .errors(value, Context::response(false))
                            .is_empty()
                    };
                    if self.reads(&wrong, &ReadNotes::default()) && !is_allowed(&wrong) {
                        return Accepted::Wrong(wrong);
                    }
                }
            }
        }
        Accepted::Nothing
    }

    fn check_names(&self, root: &Value, schema: &Value, names: &[NamesRead]) -> Result<(), String> {
        for NamesRead { place, names } in names {
            let mut schemas = vec![schema];
            for step in place {
                schemas = all_below(root, &schemas, step);
            }
            let known: Vec<&str> = schemas
                .iter()
                .flat_map(|schema| known_names(root, schema))
                .collect();
            // A schema that lists no names at all was not made by a derive.
            if known.is_empty() {
                continue;
            }
            if let Some(name) = names.iter().find(|name| !known.contains(name)) {
                return Err(format!(
                    "`{}` reads `{name}`, which its schema does not have: remove the serde `alias`, or take a \
                     field of that name",
                    self.readable.schema.type_name()
                ));
            }
        }
        Ok(())
    }
}

/// Whether serde told the names of every object inside.
fn all_told(value: &Value, place: &mut Vec<ErrorLocation>, told: &BTreeSet<String>) -> bool {
    match value {
        Value::Object(members) => {
            told.contains(&pointer(place))
                && members.iter().all(|(name, member)| {
                    place.push(name.as_str().into());
                    let all = all_told(member, place, told);
                    place.pop();
                    all
                })
        }
        Value::Array(items) => items.iter().enumerate().all(|(index, item)| {
            place.push(i64::try_from(index).unwrap_or(i64::MAX).into());
            let all = all_told(item, place, told);
            place.pop();
            all
        }),
        _ => true,
    }
}

/// A place as a JSON Pointer (RFC 6901).
fn pointer(place: &[ErrorLocation]) -> String {
    place.iter().fold(String::new(), |mut pointer, step| {
        match step {
            ErrorLocation::Index(index) => pointer.push_str(&format!("/{index}")),
            ErrorLocation::Name(name) => {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
        }
        pointer
    })
}

/// The places of a value, as JSON Pointers, the outermost first.
fn list_places(value: &Value, place: &mut String, places: &mut Vec<String>) {
    places.push(place.clone());
    let length = place.len();
    let mut add = |step: &str, value: &Value, place: &mut String| {
        place.push('/');
        place.push_str(&step.replace('~', "~0").replace('/', "~1"));
        list_places(value, place, places);
        place.truncate(length);
    };
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, member)| add(name, member, place)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| add(&index.to_string(), item, place)),
        _ => {}
    }
}

/// A sample with something else at one place: a value of each type, one member less, one more.
fn wrong_values(sample: &Value, place: &str) -> Vec<Value> {
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(0),
        json!(1),
        json!(100_000),
        json!("text"),
        json!("1"),
        json!("true"),
        json!(""),
        json!([]),
        json!({}),
    ];
    let replaced = others.into_iter().map(|other| {
        let mut wrong = sample.clone();
        if let Some(value) = wrong.pointer_mut(place) {
            *value = other;
        }
        wrong
    });
    let mut wrong: Vec<Value> = replaced.collect();
    if let Some(Value::Object(members)) = sample.pointer(place) {
        let without = members.keys().map(|name| {
            let mut members = members.clone();
            members.shift_remove(name);
            members
        });
        let mut changed: Vec<_> = without.collect();
        let mut more = members.clone();
        more.insert("an unknown member".to_owned(), json!("text"));
        changed.push(more);
        for members in changed {
            let mut other = sample.clone();
            if let Some(value) = other.pointer_mut(place) {
                *value = Value::Object(members);
            }
            wrong.push(other);
        }
    }
    wrong
}

/// All schemas that apply to a value together or in turn: those of `$ref`, of `allOf`, of unions and
/// of conditions.
fn parts<'s>(root: &'s Value, schema: &'s Value) -> Vec<&'s Value> {
    let mut parts: Vec<&Value> = Vec::new();
    let mut left = vec![schema];
    while let Some(part) = left.pop() {
        if parts.iter().any(|known| std::ptr::eq(*known, part)) {
            continue;
        }
        parts.push(part);
        if part.get("$ref").is_some() {
            left.push(resolve(root, part));
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            left.extend(
                part.get(keyword)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten(),
            );
        }
        left.extend(
            ["then", "else"]
                .iter()
                .filter_map(|keyword| part.get(keyword)),
        );
        let dependent = part.get("dependentSchemas").and_then(Value::as_object);
        left.extend(dependent.into_iter().flat_map(|schemas| schemas.values()));
    }
    parts
}

/// The schemas of a member or an item.
fn below<'s>(root: &'s Value, schema: &'s Value, step: &ErrorLocation) -> Vec<&'s Value> {
    let of_part = |part: &'s Value| match step {
        ErrorLocation::Name(name) => {
            let property = part.get("properties").and_then(|known| known.get(name));
            property
                .or_else(|| part.get("additionalProperties"))
                .or_else(|| part.get("unevaluatedProperties"))
        }
        ErrorLocation::Index(index) => {
            let index = usize::try_from(*index).unwrap_or(usize::MAX);
            let member = part
                .get("prefixItems")
                .and_then(|members| members.get(index));
            member.or_else(|| part.get("items"))
        }
    };
    parts(root, schema)
        .into_iter()
        .filter_map(of_part)
        .collect()
}

/// The names that a schema has: of its properties, and of its variants.
fn known_names<'s>(root: &'s Value, schema: &'s Value) -> Vec<&'s str> {
    let of_part = |part: &'s Value| {
        let properties = part.get("properties").and_then(Value::as_object);
        let names = properties.into_iter().flat_map(|known| known.keys());
        let options = part.get("enum").and_then(Value::as_array);
        let constant = part.get("const").into_iter();
        let options = options.into_iter().flatten().chain(constant);
        let names: Vec<&str> = names
            .map(String::as_str)
            .chain(options.filter_map(Value::as_str))
            .collect();
        names
    };
    parts(root, schema).into_iter().flat_map(of_part).collect()
}

/// Removes the members that no schema describes, which serde might read by another name. Says
/// whether there were any.
pub(crate) fn remove_unknown(root: &Value, schemas: &[&Value], value: &mut Value) -> bool {
    let parts: Vec<&Value> = schemas
        .iter()
        .flat_map(|schema| parts(root, schema))
        .collect();
    match value {
        Value::Object(members) => {
            let is_known = |name: &str| {
                let mut properties = parts.iter().filter_map(|part| part.get("properties"));
                properties.any(|known| known.get(name).is_some())
            };
            let before = members.len();
            if !allows_others(&parts) {
                members.retain(|name, _| is_known(name));
            }
            let mut removed = members.len() < before;
            for (name, member) in members {
                let step = ErrorLocation::Name(name.clone());
                removed |= remove_unknown(root, &all_below(root, schemas, &step), member);
            }
            removed
        }
        Value::Array(items) => {
            let mut removed = false;
            for (index, item) in (0..).zip(items) {
                let step = ErrorLocation::Index(index);
                removed |= remove_unknown(root, &all_below(root, schemas, &step), item);
            }
            removed
        }
        _ => false,
    }
}

/// Whether an object may have members that no schema names: a map has, a struct has not.
fn allows_others(parts: &[&Value]) -> bool {
    let is_struct = parts.iter().any(|part| part.get("properties").is_some());
    !is_struct || parts.iter().any(|part| is_open(part))
}

/// Whether a schema says something of members that it does not name, or allows any object.
fn is_open(part: &Value) -> bool {
    let Some(keywords) = part.as_object() else {
        return part == &Value::Bool(true);
    };
    let others = ["additionalProperties", "unevaluatedProperties"];
    let mut others = others.iter().filter_map(|keyword| keywords.get(*keyword));
    if keywords.contains_key("patternProperties")
        || others.any(|others| others != &Value::Bool(false))
    {
        return true;
    }
    const NAMING: [&str; 10] = [
        "properties",
        "$ref",
        "allOf",
        "anyOf",
        "oneOf",
        "then",
        "else",
        "dependentSchemas",
        "const",
        "enum",
    ];
    let names_members = NAMING.iter().any(|keyword| keywords.contains_key(*keyword));
    let is_closed = keywords.get("additionalProperties") == Some(&Value::Bool(false));
    let may_be_object = match keywords.get("type") {
        None => true,
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        Some(name) => name == "object",
    };
    !names_members && !is_closed && may_be_object
}

fn all_below<'s>(root: &'s Value, schemas: &[&'s Value], step: &ErrorLocation) -> Vec<&'s Value> {
    let schemas = schemas.iter();
    schemas
        .flat_map(|schema| below(root, schema, step))
        .collect()
}
