//! The component for the query of the URL.

use std::ops::Deref;

use super::{Component, Description, Model, Rejection, Unbuildable};
use crate::openapi::Location;
use crate::request::Request;
use crate::text::{Pairs, TextModel, parse};

/// The fields of the query, read into the fields of `T`.
///
/// A field that is a list gets every value of its name; any other field gets the last one. The text
/// `null` is a null in a field of the type [`Nullable`](crate::component::Nullable). The values are
/// converted to the types of the fields. A query is a 400 if it does not match the schema, if it
/// has more fields than [`Settings::max_query_fields`](crate::Settings::max_query_fields), or if
/// its percent-encoding is broken.
///
/// ```
/// use dmr_core::Query;
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Page {
///     #[serde(default)]
///     after: u64,
///     #[serde(default)]
///     tags: Vec<String>,
/// }
///
/// async fn get(page: Query<Page>) -> Vec<u64> {
///     (page.after..page.after + 10).collect()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// The prepared state of a [`Query`], made when the application is built.
#[derive(Debug)]
pub struct PreparedQuery {
    model: TextModel,
    max_fields: usize,
    /// The field that chooses the format of a stream. It does not belong to the model.
    format_parameter: Option<String>,
}

impl<T: Model> Component for Query<T> {
    type Prepared = PreparedQuery;

    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        Ok(PreparedQuery {
            max_fields: description.max_query_fields(),
            format_parameter: description.format_parameter().map(str::to_owned),
            model: description.text_model::<T>(Location::Query)?,
        })
    }

    async fn extract(prepared: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        let pairs = prepared.pairs(request)?;
        Ok(Self(prepared.model.read(pairs)?))
    }
}

impl PreparedQuery {
    fn pairs<'r>(&self, request: &'r Request) -> Result<Pairs<'r>, Rejection> {
        let parsed = parse(request.head().query(), self.max_fields, "query");
        let mut pairs =
            parsed.map_err(|text| Rejection::Invalid(vec![self.model.problem_at_root(&text)]))?;
        if let Some(name) = &self.format_parameter {
            pairs.remove(name);
        }
        Ok(pairs)
    }
}
