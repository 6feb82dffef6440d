//! The component for request headers.

use std::borrow::Cow;
use std::ops::Deref;

use super::text::Pairs;
use super::{Component, Description, Model, Rejection, TextModel};
use crate::openapi::Location;
use crate::request::{Request, RequestHead};

/// Headers of the request, read into the fields of `T` by their wire names, in whatever case they come.
///
/// A field that is a list gets one item for each header of its name; for any other, several headers of one name are joined
/// with a comma (RFC 9110, 5.3). The values are converted to the types of the fields; everything that does not match is
/// a 400.
///
/// ```
/// use dmr_core::{Headers, Json};
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Resume {
///     #[serde(rename = "Last-Event-ID")]
///     last_event_id: Option<i64>,
/// }
///
/// async fn get(resume: Headers<Resume>) -> Json {
///     match resume.last_event_id {
///         Some(id) => format!("starting from {id}").into(),
///         None => "starting from scratch".into(),
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers<T>(pub T);

impl<T> Deref for Headers<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Model> Component for Headers<T> {
    /// `None` if the model is wrong; then the application is not built.
    type Prepared = Option<TextModel>;

    fn describe(description: &mut Description<'_>) -> Self::Prepared {
        description.text_model::<T>(Location::Header)
    }

    async fn extract(model: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        let Some(model) = model else {
            return Err(Rejection::Invalid(Vec::new()));
        };
        let pairs = pairs(model, request.head())?;
        model.read(pairs).map(Self).map_err(Rejection::Invalid)
    }
}

/// The headers that the model names, or all of them, if it is open.
fn pairs<'m>(model: &'m TextModel, head: &dyn RequestHead) -> Result<Pairs<'m>, Rejection> {
    let mut pairs = Pairs::default();
    let mut broken = Vec::new();
    for field in model.fields() {
        let mut values: Vec<String> = Vec::new();
        head.header_values(&field.name, &mut |value| match (
            std::str::from_utf8(value),
            values.last_mut(),
        ) {
            (Err(_), _) => broken
                .push(model.problem(&field.name, "Expected `str`, got bytes that are not UTF-8")),
            (Ok(text), Some(joined)) if !field.list => {
                joined.push(',');
                joined.push_str(text);
            }
            (Ok(text), _) => values.push(text.to_owned()),
        });
        for value in values {
            pairs.push(Cow::Borrowed(field.name.as_str()), Cow::Owned(value));
        }
    }
    if model.is_open() {
        head.headers(&mut |name, value| {
            let known = |field: &super::text_model::Field| field.name.eq_ignore_ascii_case(name);
            if !model.fields().iter().any(known) {
                // Nothing has been declared of this header; what is no text in it is not an error.
                let value = String::from_utf8_lossy(value).into_owned();
                pairs.push(Cow::Owned(name.to_owned()), Cow::Owned(value));
            }
        });
    }
    if broken.is_empty() {
        Ok(pairs)
    } else {
        Err(Rejection::Invalid(broken))
    }
}
