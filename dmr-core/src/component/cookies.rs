//! The component for request cookies.

use std::ops::Deref;

use super::{Component, Description, Model, Rejection, Unbuildable};
use crate::openapi::Location;
use crate::request::{Request, each_cookie};
use crate::text::{Pairs, TextModel};

/// Cookies of the request (RFC 6265), read into the fields of `T` by name. Names are
/// case-sensitive.
///
/// Percent-encoded names and values are decoded. The values are converted to the types of the
/// fields. Cookies that do not match the schema are a 400.
///
/// ```
/// use dmr_core::Cookies;
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Session { session: String }
///
/// async fn get(cookies: Cookies<Session>) -> String {
///     cookies.session.len().to_string()
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cookies<T>(pub T);

impl<T> Deref for Cookies<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Model> Component for Cookies<T> {
    type Prepared = TextModel;

    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        description.text_model::<T>(Location::Cookie)
    }

    async fn extract(model: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        let mut pairs = Pairs::with_capacity(model.fields().len());
        let readable = each_cookie(request.head(), &mut |name, value| {
            pairs.push(name.into_owned().into(), value.into_owned().into());
        });
        if !readable {
            let problem = model.problem_at_root("Expected `str`, got bytes that are not UTF-8");
            return Err(Rejection::Invalid(vec![problem]));
        }
        Ok(Self(model.read(pairs)?))
    }
}
