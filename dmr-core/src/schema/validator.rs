//! [`Validator`]: a published schema that finds every error in a value.

use std::fmt;

use dmr_schema::{SchemaId, SchemaSet};
use serde_json::Value;

use super::components::SharedSet;
use super::error_details::{Context, Words};
use crate::error_detail::ErrorDetail;

/// A schema of the application. All schemas share their components.
#[derive(Clone)]
pub(crate) struct Validator {
    shared: SharedSet,
    id: SchemaId,
    schema: Value,
}

impl Validator {
    pub(super) fn new(shared: SharedSet, id: SchemaId, schema: Value) -> Self {
        Self { shared, id, schema }
    }

    /// Every error in `value`, in the order of the fields of the schema.
    pub(crate) fn errors(&self, value: &Value, context: Context) -> Vec<ErrorDetail> {
        let mut words = Words {
            context,
            details: Vec::new(),
        };
        self.set()
            .check(self.id, value, |violation| words.add(violation));
        words.details
    }

    pub(crate) fn schema(&self) -> &Value {
        &self.schema
    }

    /// The document that contains the targets of the schema's references.
    pub(crate) fn document(&self) -> &Value {
        self.set().document()
    }

    #[expect(
        clippy::expect_used,
        reason = "no request comes before the build has ended"
    )]
    fn set(&self) -> &SchemaSet {
        self.shared.get().expect("the application is built")
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validator")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}
