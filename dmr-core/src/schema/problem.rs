//! What is wrong with a value, and where: what a check tells those who asked for it.

use std::ops::ControlFlow;

use serde_json::Value;

use super::assertion::Assertion;
use super::compiled::{SchemaId, Types};

/// Where a value stands in the one that is checked.
#[derive(Debug)]
pub(super) struct Place<'p> {
    pub(super) step: Step<'p>,
    pub(super) parent: Option<&'p Place<'p>>,
    pub(super) depth: usize,
}

/// The last step of the way to a [`Place`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'p> {
    Root,
    /// A property that the schema names.
    Property(&'p str),
    /// A member of a map.
    Member(&'p str),
    Item(usize),
}

impl Place<'_> {
    pub(super) const ROOT: Self = Place {
        step: Step::Root,
        parent: None,
        depth: 0,
    };

    pub(super) fn below<'p>(&'p self, step: Step<'p>) -> Place<'p> {
        Place {
            step,
            parent: Some(self),
            depth: self.depth + 1,
        }
    }
}

/// One thing that is wrong with a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Problem<'p> {
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
pub(super) trait Report {
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

    /// Whether it is to be found out which branch of a union was meant for a value that none of them has.
    fn explains(&self, _: &Place<'_>) -> bool {
        true
    }
}
