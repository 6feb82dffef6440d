//! Whether a type reads what its schema says, found out with samples.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::parts::{all_below, known_names};
use super::samples::samples;
use super::{Context, SchemaOf, Validator, is_proved_by_type, reads_as_said};
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

/// Notes that are taken while a value is read.
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

/// The names that serde reads at a place: fields of a struct, or variants of an enum.
#[derive(Debug)]
struct NamesRead {
    place: Vec<ErrorLocation>,
    names: &'static [&'static str],
}

/// The facts that samples have shown about a type. They are known once the application is built,
/// later than its endpoints.
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

/// The answer to the question for a value that a type reads and its schema does not allow.
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
