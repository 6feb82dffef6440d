//! [`Violation`]: a problem of a value, and its place.

use std::ops::ControlFlow;

use serde_json::Value;

use crate::assertion::Assertion;
use crate::compiled::{Compiled, SchemaId, Types};

/// One problem of a value. Its [`Display`](std::fmt::Display) shows the message without the place.
#[derive(Debug, Clone, Copy)]
pub struct Violation<'v> {
    pub(crate) problem: Problem<'v>,
    /// The wrong value.
    pub(crate) value: &'v Value,
    pub(crate) place: &'v Place<'v>,
    pub(crate) compiled: &'v Compiled,
}

impl<'v> Violation<'v> {
    /// The wrong value: the checked value, or one inside of it.
    pub fn value(&self) -> &'v Value {
        self.value
    }

    /// The missing property of an object, if that is the problem.
    pub fn missing_property(&self) -> Option<&'v str> {
        match self.problem {
            Problem::Missing(name) => Some(name),
            _ => None,
        }
    }

    /// Whether the checked value itself is wrong, instead of a value inside of it.
    pub fn is_at_root(&self) -> bool {
        self.place.depth == 0
    }

    /// Calls `each` with every step from the checked value to the wrong one.
    pub fn for_each_step(&self, mut each: impl FnMut(Step<'v>)) {
        self.place.for_each_step(&mut each);
    }
}

/// One step of the path to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'p> {
    /// A property that the schema names.
    Property(&'p str),
    /// Another member of an object, such as an entry of a map.
    Member(&'p str),
    /// An item of an array.
    Item(usize),
}

/// The place of a value in the checked value.
#[derive(Debug)]
pub(crate) struct Place<'p> {
    /// The last step and the place where it began. `None` for the checked value.
    step: Option<(Step<'p>, &'p Place<'p>)>,
    pub(crate) depth: usize,
}

impl<'p> Place<'p> {
    pub(crate) const ROOT: Self = Place {
        step: None,
        depth: 0,
    };

    pub(crate) fn below(&'p self, step: Step<'p>) -> Place<'p> {
        Place {
            step: Some((step, self)),
            depth: self.depth + 1,
        }
    }

    fn for_each_step(&self, each: &mut dyn FnMut(Step<'p>)) {
        if let Some((step, parent)) = self.step {
            parent.for_each_step(each);
            each(step);
        }
    }
}

/// The problem of a [`Violation`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Problem<'p> {
    /// The value has none of these types.
    Type(&'p Types),
    /// None of these schemas allows the value, and it is not clear which was meant.
    Variant(&'p [SchemaId]),
    /// The object lacks this property.
    Missing(&'p str),
    /// The object has this property, which the schema does not know.
    Unknown(&'p str),
    Assertion(&'p Assertion),
    /// The value does not satisfy this keyword.
    Keyword(&'static str),
}

/// The receiver of the problems of a check.
pub(crate) trait Report {
    /// Takes a problem. Breaks if no more are wanted.
    fn problem(
        &mut self,
        problem: Problem<'_>,
        value: &Value,
        place: &Place<'_>,
    ) -> ControlFlow<()>;

    /// The depth from which values are not checked.
    fn end(&self) -> usize {
        usize::MAX
    }

    /// Whether to explain a value that no branch of a union allows by the branch that was meant.
    fn explains(&self, _: &Place<'_>) -> bool {
        true
    }
}

/// Passes every problem to a function as a [`Violation`].
pub(crate) struct Visit<'c, F> {
    pub(crate) compiled: &'c Compiled,
    pub(crate) visit: F,
}

impl<F: FnMut(&Violation<'_>) -> ControlFlow<()>> Report for Visit<'_, F> {
    fn problem(
        &mut self,
        problem: Problem<'_>,
        value: &Value,
        place: &Place<'_>,
    ) -> ControlFlow<()> {
        (self.visit)(&Violation {
            problem,
            value,
            place,
            compiled: self.compiled,
        })
    }
}
