//! The component for request cookies.

use std::ops::Deref;

use percent_encoding::percent_decode_str;

use super::{Component, Description, Model, Rejection, Unbuildable};
use crate::openapi::Location;
use crate::request::Request;
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
        let mut broken = false;
        request
            .head()
            .header_values("cookie", &mut |header| match std::str::from_utf8(header) {
                Err(_) => broken = true,
                // A text that is not a pair was not set by a server, and is ignored.
                Ok(header) => {
                    for cookie in cookie::Cookie::split_parse(header).flatten() {
                        // Quotes around a value are not part of it (RFC 6265, 5.2); encoded quotes
                        // are.
                        let name = percent_decode_str(cookie.name()).decode_utf8();
                        let value = percent_decode_str(cookie.value_trimmed()).decode_utf8();
                        if let (Ok(name), Ok(value)) = (name, value) {
                            pairs.push(name.into_owned().into(), value.into_owned().into());
                        }
                    }
                }
            });
        if broken {
            let problem = model.problem_at_root("Expected `str`, got bytes that are not UTF-8");
            return Err(Rejection::Invalid(vec![problem]));
        }
        Ok(Self(model.read(pairs)?))
    }
}
