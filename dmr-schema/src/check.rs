//! Checks a value against a schema. The same walk gives a yes or no, or all problems.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::ControlFlow::{self, Break, Continue};
use std::ops::Deref;

use serde_json::{Map, Value};

use crate::assertion::Assertion;
use crate::compiled::{Array, Compiled, Contains, If, Keyword, Object, SchemaId};
use crate::violation::{Place, Problem, Report, Step};

/// Stops at the first problem.
struct Any;

impl Report for Any {
    fn problem(&mut self, _: Problem<'_>, _: &Value, _: &Place<'_>) -> ControlFlow<()> {
        Break(())
    }

    fn explains(&self, _: &Place<'_>) -> bool {
        false
    }
}

/// Stops at the first problem that rules out a branch of a union as the one that was meant.
///
/// Only that branch is explained. The problems of all branches would bury the one that matters: a
/// typo in one field of a large enum would list the other variants too. A branch is ruled out if
/// the value has another type, or if a constant differs: that of the value itself, or of a member,
/// which is the tag of a variant. An `enum` counts only for the value itself. In a member it is an
/// ordinary field, and its value may well be the typo.
struct NotMeant {
    /// The depth of the value that the union describes.
    depth: usize,
}

impl Report for NotMeant {
    fn problem(&mut self, problem: Problem<'_>, _: &Value, place: &Place<'_>) -> ControlFlow<()> {
        let is_about_value = match problem {
            Problem::Type(_) | Problem::Variant(_) => place.depth <= self.depth,
            Problem::Assertion(Assertion::Enum(_)) => place.depth <= self.depth,
            Problem::Assertion(Assertion::Const(_)) => place.depth <= self.depth + 1,
            _ => false,
        };
        if is_about_value {
            Break(())
        } else {
            Continue(())
        }
    }

    fn end(&self) -> usize {
        self.depth + 2
    }

    fn explains(&self, place: &Place<'_>) -> bool {
        place.depth <= self.depth
    }
}

/// The check of one value, with the memo of its unions.
///
/// A union tries its branches in order, and several branches may check the same members. In a type
/// that contains itself, such as an untagged enum of expressions, the work would double with each
/// level: a few hundred bytes of nested JSON could occupy a worker forever. So the results of
/// nested unions are remembered.
///
/// The key is the schema and the address of the value. The value is borrowed during the check, so
/// its address does not change. To hash the value itself would cost as much as to check it. Near
/// the root nothing is remembered: most unions are an `Option` whose first branch allows the value,
/// and a map for each request would be slower.
pub(crate) struct Check<'c> {
    compiled: &'c Compiled,
    /// Whether a value is valid for a schema, by the address of the value.
    known: RefCell<HashMap<(SchemaId, *const Value), bool>>,
    /// The number of unions around the current value.
    unions: Cell<usize>,
}

/// The number of nested unions that are checked without the memo.
const UNIONS_WITHOUT_MEMORY: usize = 3;

impl Deref for Check<'_> {
    type Target = Compiled;

    fn deref(&self) -> &Compiled {
        self.compiled
    }
}

impl<'c> Check<'c> {
    pub(crate) fn new(compiled: &'c Compiled) -> Self {
        Self {
            compiled,
            known: RefCell::default(),
            unions: Cell::new(0),
        }
    }

    /// Reports all problems, in the order of the schema.
    pub(crate) fn run(&self, schema: SchemaId, value: &Value, report: &mut impl Report) {
        // The walk breaks when the report wants no more.
        let _ = self.schema(schema, value, &Place::ROOT, report);
    }

    pub(crate) fn allows(&self, schema: SchemaId, value: &Value) -> bool {
        self.schema(schema, value, &Place::ROOT, &mut Any)
            .is_continue()
    }

    /// Whether a branch of a union allows a value.
    fn branch_allows(&self, branch: SchemaId, value: &Value) -> bool {
        let unions = self.unions.get();
        self.unions.set(unions + 1);
        let allows = if unions < UNIONS_WITHOUT_MEMORY {
            self.allows(branch, value)
        } else {
            self.allows_remembered(branch, value)
        };
        self.unions.set(unions);
        allows
    }

    /// Like [`allows`](Self::allows), with the memo. Only objects and arrays are remembered. A
    /// scalar is checked faster than it is looked up, and a name of `propertyNames` is a temporary,
    /// whose address the next name may reuse.
    pub(crate) fn allows_remembered(&self, schema: SchemaId, value: &Value) -> bool {
        if !value.is_object() && !value.is_array() {
            return self.allows(schema, value);
        }
        let key = (schema, std::ptr::from_ref(value));
        if let Some(known) = self.known.borrow().get(&key) {
            return *known;
        }
        let allows = self.allows(schema, value);
        self.known.borrow_mut().insert(key, allows);
        allows
    }

    /// Applies a schema: one arm for each keyword, which is why the function is long.
    fn schema<R: Report>(
        &self,
        schema: SchemaId,
        value: &Value,
        place: &Place<'_>,
        report: &mut R,
    ) -> ControlFlow<()> {
        if place.depth >= report.end() {
            return Continue(());
        }
        let keywords = self.keywords(schema);
        for keyword in keywords {
            match (keyword, value) {
                (Keyword::Never, _) => report.problem(Problem::Keyword("false"), value, place)?,
                // The other keywords are about values of the right type.
                (Keyword::Type(types), _) if !types.allow(value) => {
                    return report.problem(Problem::Type(types), value, place);
                }
                (Keyword::Assertion(assertion), _) if !assertion.holds(value) => {
                    report.problem(Problem::Assertion(assertion), value, place)?;
                }
                (Keyword::Object(object), Value::Object(members)) => {
                    self.object(object, value, members, place, report)?;
                }
                (Keyword::Array(array), Value::Array(items)) => {
                    self.items(items, |index, _| array.item(index), place, report)?;
                }
                (Keyword::Contains(contains), Value::Array(items))
                    if !self.contains(contains, items) =>
                {
                    report.problem(Problem::Keyword("contains"), value, place)?;
                }
                (Keyword::PropertyNames(schema), Value::Object(members))
                    if !self.allows_names(*schema, members) =>
                {
                    report.problem(Problem::Keyword("propertyNames"), value, place)?;
                }
                (Keyword::All(schemas), _) => {
                    for schema in schemas {
                        self.schema(*schema, value, place, report)?;
                    }
                }
                (Keyword::Union { branches, only_one }, _) => {
                    self.union(branches, *only_one, value, place, report)?;
                }
                (Keyword::Not(schema), _) if self.allows(*schema, value) => {
                    report.problem(Problem::Keyword("not"), value, place)?;
                }
                (Keyword::If(condition), _) => {
                    if let Some(schema) = self.consequence(condition, value) {
                        self.schema(schema, value, place, report)?;
                    }
                }
                (Keyword::Dependent(dependent), Value::Object(members))
                    if members.contains_key(&dependent.property) =>
                {
                    for name in &dependent.required {
                        if !members.contains_key(name) {
                            report.problem(Problem::Missing(name), value, place)?;
                        }
                    }
                    if let Some(schema) = dependent.schema {
                        self.schema(schema, value, place, report)?;
                    }
                }
                (Keyword::UnevaluatedProperties(others), Value::Object(members)) => {
                    let is_unevaluated = |name: &str| {
                        let mut others = keywords
                            .iter()
                            .filter(|other| !std::ptr::eq(*other, keyword));
                        !others.any(|keyword| self.evaluates_property(keyword, value, name))
                    };
                    self.others(*others, is_unevaluated, value, members, place, report)?;
                }
                (Keyword::UnevaluatedItems(schema), Value::Array(items)) => {
                    let schema_of = |index: usize, item: &Value| {
                        let mut others = keywords
                            .iter()
                            .filter(|other| !std::ptr::eq(*other, keyword));
                        let evaluated =
                            others.any(|keyword| self.evaluates_item(keyword, value, index, item));
                        (!evaluated).then_some(*schema)
                    };
                    self.items(items, schema_of, place, report)?;
                }
                _ => {}
            }
        }
        Continue(())
    }

    fn object<R: Report>(
        &self,
        object: &Object,
        value: &Value,
        members: &Map<String, Value>,
        place: &Place<'_>,
        report: &mut R,
    ) -> ControlFlow<()> {
        let is_other = |name: &str| !object.knows(name);
        // Unknown members are problems of the object. They come before the problems of its
        // properties.
        let unknown = object.others.filter(|schema| self.is_never(*schema));
        if let Some(schema) = unknown {
            self.others(schema, is_other, value, members, place, report)?;
        }
        let mut members_in_order = InOrder::new(members);
        for property in &object.properties {
            match members_in_order.get(&property.name) {
                Some(member) => {
                    let place = place.below(Step::Property(&property.name));
                    self.schema(property.schema, member, &place, report)?;
                }
                None if property.required => {
                    report.problem(Problem::Missing(&property.name), value, place)?;
                }
                None => {}
            }
        }
        for name in &object.required {
            if !members.contains_key(name) {
                report.problem(Problem::Missing(name), value, place)?;
            }
        }
        for (pattern, schema) in &object.patterns {
            for (name, member) in members.iter().filter(|(name, _)| pattern.is_match(name)) {
                self.schema(*schema, member, &place.below(Step::Member(name)), report)?;
            }
        }
        match (object.others, unknown) {
            (Some(schema), None) => self.others(schema, is_other, value, members, place, report),
            _ => Continue(()),
        }
    }

    /// Checks the members that no other keyword describes.
    fn others<R: Report>(
        &self,
        schema: SchemaId,
        is_other: impl Fn(&str) -> bool,
        value: &Value,
        members: &Map<String, Value>,
        place: &Place<'_>,
        report: &mut R,
    ) -> ControlFlow<()> {
        let unknown = self.is_never(schema);
        for (name, member) in members.iter().filter(|(name, _)| is_other(name)) {
            if unknown {
                report.problem(Problem::Unknown(name), value, place)?;
            } else {
                self.schema(schema, member, &place.below(Step::Member(name)), report)?;
            }
        }
        Continue(())
    }

    fn items<R: Report>(
        &self,
        items: &[Value],
        schema_of: impl Fn(usize, &Value) -> Option<SchemaId>,
        place: &Place<'_>,
        report: &mut R,
    ) -> ControlFlow<()> {
        for (index, item) in items.iter().enumerate() {
            if let Some(schema) = schema_of(index, item) {
                self.schema(schema, item, &place.below(Step::Item(index)), report)?;
            }
        }
        Continue(())
    }

    fn allows_names(&self, schema: SchemaId, members: &Map<String, Value>) -> bool {
        let mut names = members.keys().cloned().map(Value::String);
        names.all(|name| self.allows(schema, &name))
    }

    /// The schema that `then` or `else` applies.
    pub(crate) fn consequence(&self, condition: &If, value: &Value) -> Option<SchemaId> {
        if self.allows_remembered(condition.condition, value) {
            condition.then
        } else {
            condition.otherwise
        }
    }

    fn contains(&self, contains: &Contains, items: &[Value]) -> bool {
        let valid = items
            .iter()
            .filter(|item| self.allows_remembered(contains.schema, item));
        (contains.minimum..=contains.maximum).contains(&(valid.count() as u64))
    }

    fn union<R: Report>(
        &self,
        branches: &[SchemaId],
        only_one: bool,
        value: &Value,
        place: &Place<'_>,
        report: &mut R,
    ) -> ControlFlow<()> {
        let mut valid = branches
            .iter()
            .filter(|branch| self.branch_allows(**branch, value));
        match (valid.next(), only_one) {
            (Some(_), false) => return Continue(()),
            (Some(_), true) if valid.next().is_none() => return Continue(()),
            (Some(_), true) => return report.problem(Problem::Keyword("oneOf"), value, place),
            (None, _) if !report.explains(place) => {
                return report.problem(Problem::Variant(branches), value, place);
            }
            (None, _) => {}
        }
        // From here on, use the memo. The explanation descends level by level, and each level asks
        // all its branches again: without the memo, even an explanation of shallow unions would
        // repeat the whole check below it at each level.
        self.unions
            .set(self.unions.get().max(UNIONS_WITHOUT_MEMORY));
        let mut meant = branches.iter().filter(|branch| {
            let mut not_meant = NotMeant { depth: place.depth };
            self.schema(**branch, value, place, &mut not_meant)
                .is_continue()
        });
        match (meant.next(), meant.next()) {
            (Some(branch), None) => self.schema(*branch, value, place, report),
            _ => report.problem(Problem::Variant(branches), value, place),
        }
    }
}

/// Looks members up by name. Most objects have their members in the order of the schema. The next
/// member is then compared first, and no hash is computed.
struct InOrder<'v> {
    members: &'v Map<String, Value>,
    rest: serde_json::map::Iter<'v>,
}

impl<'v> InOrder<'v> {
    fn new(members: &'v Map<String, Value>) -> Self {
        Self {
            members,
            rest: members.iter(),
        }
    }

    fn get(&mut self, name: &str) -> Option<&'v Value> {
        let mut rest = self.rest.clone();
        match rest.next() {
            Some((next, value)) if next == name => {
                self.rest = rest;
                Some(value)
            }
            _ => self.members.get(name),
        }
    }
}

impl Object {
    /// Whether the schema names a property or matches it with a pattern.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.properties.iter().any(|property| property.name == name)
            || self
                .patterns
                .iter()
                .any(|(pattern, _)| pattern.is_match(name))
    }
}

impl Array {
    /// The schema of an item.
    pub(crate) fn item(&self, index: usize) -> Option<SchemaId> {
        self.first.get(index).copied().or(self.others)
    }
}
