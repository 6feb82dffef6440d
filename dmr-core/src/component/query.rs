//! The component for the query of the URL.

use std::borrow::Cow;
use std::ops::Deref;

use super::text::Pairs;
use super::{Component, Description, Model, Rejection, TextModel};
use crate::openapi::Location;
use crate::request::Request;
use percent_encoding::percent_decode_str;

/// The fields of the query, read into the fields of `T`.
///
/// A field that is a list gets every value of its name; for any other, the last one counts. The values are converted to the
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
        let read = parse(request.head().query(), *max_fields)
            .map_err(|text| vec![model.problem_at_root(&text)])
            .and_then(|pairs| model.read(pairs));
        read.map(Self).map_err(Rejection::Invalid)
    }
}

/// The pairs of an `application/x-www-form-urlencoded` text, without the leniency of the WHATWG parser: what is not
/// percent-encoded UTF-8 is an error, not a replacement character.
fn parse(query: &str, max_fields: usize) -> Result<Pairs<'_>, String> {
    let mut pairs = Pairs::default();
    for (index, field) in query
        .split('&')
        .filter(|field| !field.is_empty())
        .enumerate()
    {
        if index == max_fields {
            return Err(format!("Expected no more than {max_fields} query fields"));
        }
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        pairs.push(decode(name)?, decode(value)?);
    }
    Ok(pairs)
}

fn decode(text: &str) -> Result<Cow<'_, str>, String> {
    let whole = |hex: &[u8]| hex.len() >= 2 && hex[..2].iter().all(u8::is_ascii_hexdigit);
    let mut escapes = text.split('%').skip(1);
    if !escapes.all(|rest| whole(rest.as_bytes())) {
        return Err(format!("Invalid percent-encoding in '{text}'"));
    }
    let invalid = || format!("Invalid UTF-8 in '{text}'");
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        let decoded = percent_decode_str(&spaced).decode_utf8();
        return Ok(Cow::Owned(decoded.map_err(|_| invalid())?.into_owned()));
    }
    percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(query: &str) -> Result<Vec<(String, String)>, String> {
        let pairs = parse(query, 3)?;
        Ok(pairs
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect())
    }

    #[test]
    fn decodes_strictly() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            parsed("a=1+%2B&&b=%C3%A9&c"),
            Ok(vec![pair("a", "1 +"), pair("b", "é"), pair("c", "")])
        );
        assert_eq!(
            parsed("a=%zz"),
            Err("Invalid percent-encoding in '%zz'".to_owned())
        );
        assert_eq!(
            parsed("a=%4"),
            Err("Invalid percent-encoding in '%4'".to_owned())
        );
        assert_eq!(parsed("a=%ff"), Err("Invalid UTF-8 in '%ff'".to_owned()));
        assert_eq!(
            parsed("a&b&c&d"),
            Err("Expected no more than 3 query fields".to_owned())
        );
    }
}
