//! What is wrong with a value, and where: what a check tells those who asked for it.

use std::ops::ControlFlow;

use serde_json::Value;

use crate::assertion::Assertion;
use crate::compiled::{Compiled, SchemaId, Types};

/// One thing that is wrong with a value. Its [`Display`](std::fmt::Display) says what, but not
/// where.
#[derive(Debug, Clone, Copy)]
pub struct Violation<'v> {
    pub(crate) problem: Problem<'v>,
    /// The value that is wrong.
    pub(crate) value: &'v Value,
    pub(crate) place: &'v Place<'v>,
    pub(crate) compiled: &'v Compiled,
}

impl<'v> Violation<'v> {
    /// The value that is wrong: the one that was checked, or one inside of it.
    pub fn value(&self) -> &'v Value {
        self.value
    }

    /// The property that an object lacks, if that is what is wrong.
    pub fn missing_property(&self) -> Option<&'v str> {
        match self.problem {
            Problem::Missing(name) => Some(name),
            _ => None,
        }
    }

    /// Whether the checked value itself is wrong, and not one inside of it.
    pub fn is_at_root(&self) -> bool {
        self.place.depth == 0
    }

    /// Calls `each` with every step of the way from the checked value to the one that is wrong.
    pub fn for_each_step(&self, mut each: impl FnMut(Step<'v>)) {
        self.place.for_each_step(&mut each);
    }
}

/// One step of the way to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'p> {
    /// A property that the schema names.
    Property(&'p str),
    /// Another member of an object, such as an entry of a map.
    Member(&'p str),
    /// An item of an array.
    Item(usize),
}

/// Where a value stands in the one that is checked.
#[derive(Debug)]
pub(crate) struct Place<'p> {
    /// The last step, and where it began; `None` for the value that is checked.
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

/// What a [`Violation`] is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Problem<'p> {
    /// It has none of these types.
    Type(&'p Types),
    /// None of these schemas has it, and it cannot be told which was meant.
    Variant(&'p [SchemaId]),
    /// It has no such property.
    Missing(&'p str),
    /// It has a property that the schema does not know.
    Unknown(&'p str),
    Assertion(&'p Assertion),
    /// Any other keyword is not satisfied.
    Keyword(&'static str),
}

/// What becomes of the problems that are found.
pub(crate) trait Report {
    /// Takes a problem, and says whether the others are wanted.
    fn problem(
        &mut self,
        problem: Problem<'_>,
        value: &Value,
        place: &Place<'_>,
    ) -> ControlFlow<()>;

    /// How deep values lie about which nothing is to be found out.
    fn end(&self) -> usize {
        usize::MAX
    }

    /// Whether it is to be found out which branch of a union was meant for a value that none of
    /// them has.
    fn explains(&self, _: &Place<'_>) -> bool {
        true
    }
}

/// Gives every problem to a function as a [`Violation`].
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
