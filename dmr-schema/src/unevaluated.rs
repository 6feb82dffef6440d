//! `unevaluatedProperties` and `unevaluatedItems`: the properties and items that no other keyword
//! evaluates (JSON Schema Core, section 11).

use serde_json::Value;

use crate::check::Check;
use crate::compiled::{Keyword, SchemaId};

impl Check<'_> {
    /// Whether a keyword of a schema evaluates a property of `object`.
    pub(crate) fn evaluates_property(&self, keyword: &Keyword, object: &Value, name: &str) -> bool {
        match keyword {
            Keyword::Object(known) => known.others.is_some() || known.knows(name),
            Keyword::UnevaluatedProperties(_) => true,
            Keyword::Dependent(dependent) if object.get(&dependent.property).is_none() => false,
            keyword => self.any_that_applies(keyword, object, |keyword| {
                self.evaluates_property(keyword, object, name)
            }),
        }
    }

    /// Whether a keyword of a schema evaluates an item of `array`.
    pub(crate) fn evaluates_item(
        &self,
        keyword: &Keyword,
        array: &Value,
        index: usize,
        item: &Value,
    ) -> bool {
        match keyword {
            Keyword::Array(known) => known.item(index).is_some(),
            Keyword::Contains(contains) => self.allows_remembered(contains.schema, item),
            Keyword::UnevaluatedItems(_) => true,
            keyword => self.any_that_applies(keyword, array, |keyword| {
                self.evaluates_item(keyword, array, index, item)
            }),
        }
    }

    /// Whether `is_true` holds for a keyword of any schema that `keyword` applies to a value and
    /// that allows the value.
    fn any_that_applies(
        &self,
        keyword: &Keyword,
        value: &Value,
        is_true: impl Fn(&Keyword) -> bool,
    ) -> bool {
        let within = |schema: &SchemaId| {
            self.keywords(*schema).iter().any(&is_true) && self.allows_remembered(*schema, value)
        };
        match keyword {
            Keyword::All(schemas)
            | Keyword::Union {
                branches: schemas, ..
            } => schemas.iter().any(within),
            Keyword::If(condition) => {
                within(&condition.condition)
                    || self
                        .consequence(condition, value)
                        .as_ref()
                        .is_some_and(within)
            }
            Keyword::Dependent(dependent) => dependent.schema.as_ref().is_some_and(within),
            _ => false,
        }
    }
}
