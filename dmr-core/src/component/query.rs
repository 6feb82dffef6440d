//! The component for the query of the URL.

use std::ops::Deref;

use super::{Component, Description, Model, Rejection, TextModel, urlencoded};
use crate::openapi::Location;
use crate::request::Request;

/// The fields of the query, read into the fields of `T`.
///
/// A field that is a list gets every value of its name; for any other, the last one counts. The text `null` is a null for a
/// field of the type [`Nullable`](crate::component::Nullable). The values are converted to the
/// types of the fields; everything that does not match is a 400, and so are more fields than
/// [`Settings::max_query_fields`](crate::Settings::max_query_fields) and broken percent-encoding.
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

const DEFAULT_MAX_FIELDS: usize = 1000;

impl<T: Model> Component for Query<T> {
    /// The model, `None` if it is wrong (then the application is not built), and the greatest number of fields.
    type Prepared = (Option<TextModel>, usize);

    fn describe(description: &mut Description<'_>) -> Self::Prepared {
        let limit = description.settings().max_query_fields;
        (
            description.text_model::<T>(Location::Query),
            limit.unwrap_or(DEFAULT_MAX_FIELDS),
        )
    }

    async fn extract(
        (model, max_fields): &Self::Prepared,
        request: &mut Request,
    ) -> Result<Self, Rejection> {
        let Some(model) = model else {
            return Err(Rejection::Invalid(Vec::new()));
        };
        let read = urlencoded::parse(request.head().query(), *max_fields, "query")
            .map_err(|text| vec![model.problem_at_root(&text)])
            .and_then(|pairs| model.read(pairs));
        read.map(Self).map_err(Rejection::Invalid)
    }
}
