//! The component for the request body.

use std::fmt;
use std::ops::Deref;

use super::body_model::BodyModel;
use super::{Component, Description, Limits, Model, Rejection, TextModel, multipart, urlencoded};
use crate::error::Error;
use crate::negotiation::select;
use crate::request::Request;
use crate::serializer::AnyParser;

/// The body of the request, read by the parser that its `Content-Type` asks for.
///
/// JSON and MessagePack are strict: `"3"` is no number. The fields of forms are text and converted to the types of the
/// fields; see [`CommaSeparated`](super::CommaSeparated) and [`Nullable`](super::Nullable). Everything that does not match
/// the schema is a 400, and a body that is longer than
/// [`max_body_size`](crate::Settings::max_body_size) is a 413.
///
/// ```
/// use dmr_core::Body;
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct NewUser {
///     email: String,
///     #[schemars(range(min = 18))]
///     age: u8,
/// }
///
/// async fn post(Body(user): Body<NewUser>) -> String {
///     user.email
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body<T>(pub T);

impl<T> Deref for Body<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// What [`Body`] works out when the application is built.
pub struct PreparedBody {
    pub(super) parsers: Vec<AnyParser>,
    pub(super) limits: Limits,
    /// `None` if the model is wrong; then the application is not built.
    pub(super) model: Option<BodyModel>,
    /// The model as a form sends it; `None` if no form is parsed.
    pub(super) form: Option<TextModel>,
}

impl<T: Model> Component for Body<T> {
    type Prepared = PreparedBody;

    fn describe(description: &mut Description<'_>) -> Self::Prepared {
        let parsers = description.parsers().to_vec();
        description.body_model::<T>(parsers)
    }

    async fn extract(prepared: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        let parser = select(&prepared.parsers, request.head().header("content-type"))?;
        prepared.read(parser, request).await.map(Self)
    }
}

impl PreparedBody {
    pub(super) async fn read<T: Model>(
        &self,
        parser: &AnyParser,
        request: &mut Request,
    ) -> Result<T, Rejection> {
        let wrong = || Rejection::Invalid(Vec::new());
        match parser {
            AnyParser::Format(_) => {
                let content = request.content(self.limits.max_body_size).await?;
                let model = self.model.as_ref().ok_or_else(wrong)?;
                model.read(parser, &content)
            }
            AnyParser::Form => {
                let content = request.content(self.limits.max_body_size).await?;
                let model = self.form.as_ref().ok_or_else(wrong)?;
                let text = std::str::from_utf8(&content).map_err(|_| {
                    Error::unreadable(
                        "HTTP requests with the 'application/x-www-form-urlencoded' content type must be UTF-8 \
                         encoded.",
                    )
                })?;
                let max_fields = self.limits.max_form_fields;
                if text.split('&').count() > max_fields {
                    return Err(Error::too_many(max_fields, "form fields").into());
                }
                let pairs = urlencoded::parse(text, max_fields, "form");
                let pairs =
                    pairs.map_err(|text| Rejection::Invalid(vec![model.problem_at_root(&text)]))?;
                model.read(pairs).map_err(Rejection::Invalid)
            }
            AnyParser::Multipart => {
                let model = self.form.as_ref().ok_or_else(wrong)?;
                let form = multipart::read(request, &self.limits).await?;
                model.read(form.pairs()).map_err(Rejection::Invalid)
            }
        }
    }
}

impl fmt::Debug for PreparedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedBody")
            .field("parsers", &self.parsers)
            .finish_non_exhaustive()
    }
}
