//! The component for the request body.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;

use super::body_model::BodyModel;
use super::description::{BodyDescription, documentation};
use super::{Component, Description, Model, Rejection, Unbuildable, readable};
use crate::error::Error;
use crate::negotiation::select_parser;
use crate::request::{Limits, Request, read_form};
use crate::schema::{Readable, allows_type, branches};
use crate::serializer::{AnyParser, ErasedParser};
use crate::text::{Pairs, TextModel, parse};

/// The body of the request, read by the parser that its `Content-Type` asks for.
///
/// JSON and MessagePack are strict: `"3"` is not a number. The fields of a form are text; they are
/// converted to the types of the fields of `T`. See [`CommaSeparated`](super::CommaSeparated) and
/// [`Nullable`](super::Nullable). A body that does not match the schema is a 400. A body that is
/// longer than [`max_body_size`](crate::Settings::max_body_size) is a 413.
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

/// The prepared state of a [`Body`], made when the application is built. Your own components can
/// read bodies with it.
pub struct PreparedBody {
    pub(super) parsers: Vec<AnyParser>,
    limits: Limits,
    model: BodyModel,
    /// The model as a form sends it; `None` if no form is parsed.
    form: Option<TextModel>,
}

impl<T: Model> Component for Body<T> {
    type Prepared = PreparedBody;

    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        description.body_model::<T>()
    }

    async fn extract(prepared: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        let content = prepared.content(request).await?;
        Ok(Self(prepared.read_content(content)?))
    }
}

impl Description<'_> {
    /// Describes a body with the model `T`, read by the parsers of the endpoint.
    ///
    /// # Errors
    ///
    /// The schema of `T` is not supported, or the endpoint parses forms and `T` is neither a struct
    /// nor a map.
    pub fn body_model<T: Model>(&mut self) -> Result<PreparedBody, Unbuildable> {
        let parsers = self.endpoint.parsers.to_vec();
        self.body_model_of(readable::<T>(), parsers)
    }

    /// A model of a body, as some of the parsers read it.
    pub(super) fn body_model_of(
        &mut self,
        readable: Readable,
        parsers: Vec<AnyParser>,
    ) -> Result<PreparedBody, Unbuildable> {
        self.described.can_be_invalid = true;
        let of = readable.schema;
        let schema = self.schemas.request(of);
        let inline = self.schemas.inline_request(of);
        let context = self.component_context("parsed_body");
        let model = BodyModel::new(&schema, readable, self.schemas, context);
        let model = self.checked("body", of, model)?;
        let is_form = |parser: &AnyParser| !matches!(parser, AnyParser::Format(_));
        let form = if parsers.iter().any(is_form) {
            let form = TextModel::new(&inline, readable, self.schemas, context);
            Some(self.checked("form", of, form)?)
        } else {
            None
        };
        let description = documentation(&inline);
        // A body without content is read as `null`.
        let document = self.schemas.requests().document();
        let mut branches = branches(document, &schema).into_iter();
        let is_optional = branches.any(|branch| allows_type(branch, "null"));
        self.described.bodies.push(BodyDescription {
            media_types: parsers.iter().map(AnyParser::media_type).collect(),
            schema,
            items: None,
            is_optional,
            description,
        });
        Ok(PreparedBody {
            parsers,
            limits: self.endpoint.limits,
            model,
            form,
        })
    }
}

impl PreparedBody {
    /// Reads the body of a request with the parser that its `Content-Type` asks for.
    ///
    /// # Errors
    ///
    /// The body does not match the schema, cannot be read, or is too long.
    pub async fn read<T: Model>(&self, request: &mut Request) -> Result<T, Rejection> {
        let content = self.content(request).await?;
        self.read_content(content)
    }

    /// Reads what the request has.
    pub(super) fn read_content<T: Model>(&self, content: ReceivedBody<'_>) -> Result<T, Rejection> {
        match content {
            ReceivedBody::Bytes(content, parser) => self.model.read(&**parser, &content),
            ReceivedBody::Form(form, pairs) => {
                let value = form.value(pairs)?;
                self.model.read_value(value)
            }
        }
    }

    /// The body of a request, for the parser that its `Content-Type` asks for.
    pub(super) async fn content<'r>(
        &'r self,
        request: &'r mut Request,
    ) -> Result<ReceivedBody<'r>, Rejection> {
        let parser = select_parser(&self.parsers, request.head().header("content-type"))?;
        let no_form = || Error::internal("a form is read, but no model was made for it");
        match parser {
            AnyParser::Format(parser) => {
                let content = request.content(self.limits.max_body_size).await?;
                Ok(ReceivedBody::Bytes(content, parser))
            }
            AnyParser::Form => {
                let form = self.form.as_ref().ok_or_else(no_form)?;
                let content = request.content(self.limits.max_body_size).await?;
                Ok(ReceivedBody::Form(form, self.form_fields(form, &content)?))
            }
            AnyParser::Multipart => {
                let form = self.form.as_ref().ok_or_else(no_form)?;
                let fields = read_form(request, &self.limits).await?;
                Ok(ReceivedBody::Form(form, fields.pairs()))
            }
        }
    }

    fn form_fields(&self, form: &TextModel, content: &[u8]) -> Result<Pairs<'static>, Rejection> {
        let text = std::str::from_utf8(content).map_err(|_| {
            Error::unreadable(
                "HTTP requests with the 'application/x-www-form-urlencoded' content type must be UTF-8 \
                 encoded.",
            )
        })?;
        let max_fields = self.limits.max_form_fields;
        if text.split('&').count() > max_fields {
            return Err(Error::too_many(max_fields, "form fields").into());
        }
        let pairs = parse(text, max_fields, "form");
        let pairs = pairs.map_err(|text| Rejection::Invalid(vec![form.problem_at_root(&text)]))?;
        Ok(pairs.into_owned())
    }
}

/// The bytes of a body, or the fields of a form.
pub(super) enum ReceivedBody<'r> {
    Bytes(Bytes, &'r Arc<dyn ErasedParser>),
    Form(&'r TextModel, Pairs<'r>),
}

impl fmt::Debug for PreparedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedBody")
            .field("parsers", &self.parsers)
            .finish_non_exhaustive()
    }
}
