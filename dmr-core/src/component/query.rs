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

/// What [`Query`] works out when the application is built.
#[derive(Debug)]
pub struct PreparedQuery {
    /// `None` if it is wrong; then the application is not built.
    model: Option<TextModel>,
    max_fields: usize,
    /// The field that chooses the format of a stream. It is not for the model.
    format_parameter: Option<String>,
}

impl<T: Model> Component for Query<T> {
    type Prepared = PreparedQuery;

    fn describe(description: &mut Description<'_>) -> Self::Prepared {
        PreparedQuery {
            max_fields: description
                .settings()
                .max_query_fields
                .unwrap_or(DEFAULT_MAX_FIELDS),
            format_parameter: description.format_parameter(),
            model: description.text_model::<T>(Location::Query),
        }
    }

    async fn extract(prepared: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        let Some(model) = &prepared.model else {
            return Err(Rejection::Invalid(Vec::new()));
        };
        let read = urlencoded::parse(request.head().query(), prepared.max_fields, "query")
            .map_err(|text| vec![model.problem_at_root(&text)])
            .and_then(|mut pairs| {
                if let Some(name) = &prepared.format_parameter {
                    pairs.remove(name);
                }
                model.read(pairs)
            });
        read.map(Self).map_err(Rejection::Invalid)
    }
}

/// The last value of a query field, if there is one and the query can be read.
pub(crate) fn query_value(query: &str, name: &str) -> Option<String> {
    let pairs = urlencoded::parse(query, DEFAULT_MAX_FIELDS, "query").ok()?;
    pairs.last(name).map(str::to_owned)
}
