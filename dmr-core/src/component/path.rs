//! The component for the parameters of the path.

use std::ops::Deref;

use super::text::Pairs;
use super::{Component, Description, Model, Rejection, TextModel, urlencoded};
use crate::request::Request;

/// What stands in the path for the `{names}` of the route: a struct with a field for each of them, or, if there is only one,
/// its value.
///
/// That route and fields belong together is checked when the application is built. A value that does not match is a 400; the
/// document also lists a 404, for paths that no route matches.
///
/// ```
/// use dmr_core::Path;
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct UserId(u64);
///
/// // Mounted at `users/{id}/`.
/// async fn get(Path(UserId(id)): Path<UserId>) -> String {
///     format!("user {id}")
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path<T>(pub T);

impl<T> Deref for Path<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Model> Component for Path<T> {
    /// `None` if the model is wrong; then the application is not built.
    type Prepared = Option<TextModel>;

    fn describe(description: &mut Description<'_>) -> Self::Prepared {
        description.path_model::<T>()
    }

    async fn extract(model: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        let Some(model) = model else {
            return Err(Rejection::Invalid(Vec::new()));
        };
        let head = request.head();
        // The values come from a router, which may be lenient.
        if let Err(text) = urlencoded::decode(head.path(), false) {
            return Err(Rejection::Invalid(vec![model.problem_at_root(&text)]));
        }
        let mut pairs = Pairs::with_capacity(model.fields().len());
        for field in model.fields() {
            let Some(text) = head.path_parameter(&field.name) else {
                continue;
            };
            match urlencoded::decode(text, false) {
                Ok(value) => pairs.push(field.name.as_str().into(), value),
                Err(text) => {
                    let problem = model.problem(&field.name, &text);
                    return Err(Rejection::Invalid(vec![problem]));
                }
            }
        }
        model.read(pairs).map(Self).map_err(Rejection::Invalid)
    }
}

/// The names of the parameters in a path such as `/users/{id}/`; what follows a colon is a pattern of the router.
pub(crate) fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| {
        let name = rest.split('}').next()?;
        name.split(':').next()
    })
}
