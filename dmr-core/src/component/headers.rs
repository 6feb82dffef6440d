//! The component for request headers.

use std::borrow::Cow;
use std::ops::Deref;

use super::{Component, Description, Model, Rejection, Unbuildable};
use crate::openapi::Location;
use crate::request::{Request, RequestHead};
use crate::text::{Field, Pairs, TextModel};

/// Headers of the request, read into the fields of `T` by their wire names, in any case.
///
/// A field that is a list gets one item for each header of its name. For any other field, the
/// headers of its name are joined with commas (RFC 9110, 5.3). The values are converted to the
/// types of the fields. Headers that do not match the schema are a 400.
///
/// Errors name a standard header in snake case, like a field: `$.parsed_headers.last_event_id`. They
/// name an application's own header, one that begins with `X-`, as it is on the wire:
/// `$.parsed_headers.X-Client-Id`.
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
    type Prepared = TextModel;

    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        description.text_model::<T>(Location::Header)
    }

    async fn extract(model: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        let pairs = pairs(model, request.head())?;
        Ok(Self(model.read(pairs)?))
    }
}

/// The headers that the model names, or all headers if the model is open.
fn pairs<'p>(model: &'p TextModel, head: &'p dyn RequestHead) -> Result<Pairs<'p>, Rejection> {
    let mut pairs = Pairs::with_capacity(model.fields().len());
    let mut broken = Vec::new();
    for field in model.fields() {
        let name = field.name.as_str();
        let mut joined: Option<Cow<'p, str>> = None;
        head.header_values(name, &mut |value| match std::str::from_utf8(value) {
            Err(_) => {
                broken.push(model.problem(name, "Expected `str`, got bytes that are not UTF-8"));
            }
            Ok(text) if field.list => pairs.push(name.into(), text.into()),
            Ok(text) => match &mut joined {
                None => joined = Some(text.into()),
                Some(before) => {
                    let before = before.to_mut();
                    before.push(',');
                    before.push_str(text);
                }
            },
        });
        if let Some(value) = joined {
            pairs.push(name.into(), value);
        }
    }
    if model.is_open() {
        head.headers(&mut |name, value| {
            let known = |field: &Field| field.name.eq_ignore_ascii_case(name);
            if !model.fields().iter().any(known) {
                // The model does not declare this header, so a value that is not text is not an
                // error.
                let value = String::from_utf8_lossy(value).into_owned();
                pairs.push(name.to_owned().into(), value.into());
            }
        });
    }
    if broken.is_empty() {
        Ok(pairs)
    } else {
        Err(Rejection::Invalid(broken))
    }
}
