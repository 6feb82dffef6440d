//! A [`ResponseSpec`] as it is enforced and published.

use std::borrow::Cow;

use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, SET_COOKIE};
use serde_json::{Value, json};

use super::spec::ContentSpec;
use super::{CookieSpec, Example, HeaderSpec, ResponseSpec};
use crate::format::FormatInfo;
use crate::schema::{CheckWhen, Proof, SchemaOf, Schemas, Validator, allows_type, branches};

/// A response that an endpoint may give.
#[derive(Debug)]
pub(crate) struct DeclaredResponse {
    pub(crate) status: StatusCode,
    pub(crate) description: Cow<'static, str>,
    pub(crate) headers: Vec<DeclaredHeader>,
    pub(crate) cookies: Vec<DeclaredCookie>,
    pub(crate) content: DeclaredContent,
    pub(crate) media_types: Option<Vec<Cow<'static, str>>>,
    pub(crate) links: Option<Value>,
    pub(crate) examples: Vec<Example>,
}

#[derive(Debug)]
pub(crate) struct DeclaredHeader {
    pub(crate) name: HeaderName,
    /// The name as the user spelled it.
    pub(crate) written: Cow<'static, str>,
    pub(crate) spec: HeaderSpec,
    pub(crate) value: DeclaredText,
}

#[derive(Debug)]
pub(crate) struct DeclaredCookie {
    pub(crate) name: Cow<'static, str>,
    pub(crate) spec: CookieSpec,
    pub(crate) value: DeclaredText,
}

/// The value of a header or of a cookie.
#[derive(Debug)]
pub(crate) struct DeclaredText {
    pub(crate) schema: Value,
    /// `None` if every text is valid.
    pub(crate) validator: Option<Validator>,
}

/// The content of a declared response.
#[derive(Debug)]
pub(crate) enum DeclaredContent {
    Value(DeclaredModel),
    ByMediaType(Vec<(Cow<'static, str>, DeclaredModel)>),
    Stream {
        formats: Vec<FormatInfo>,
        item: DeclaredModel,
        /// The model of an error in place of an event, if one is declared.
        error: Option<Box<DeclaredModel>>,
        /// The model of a value that may take the place of the events.
        value: Option<Box<DeclaredModel>>,
    },
    File(Cow<'static, str>),
}

/// The type of a body or an event.
#[derive(Debug)]
pub(crate) struct DeclaredModel {
    schema_id: Cow<'static, str>,
    /// Whether a value of the declared type needs a check.
    pub(crate) proof: Proof,
    pub(crate) validator: Validator,
}

impl DeclaredResponse {
    /// # Errors
    ///
    /// The spec is invalid.
    pub(crate) fn new(spec: &ResponseSpec, schemas: &mut Schemas) -> Result<Self, String> {
        let headers = spec.headers.iter();
        let headers =
            headers.map(|(name, header)| DeclaredHeader::new(name.clone(), header, schemas));
        let headers = headers.collect::<Result<_, _>>()?;
        let cookies = spec.cookies.iter();
        let cookies = cookies.map(|(name, cookie)| {
            Ok::<_, String>(DeclaredCookie {
                name: name.clone(),
                spec: cookie.clone(),
                value: DeclaredText::new(cookie.value, schemas)?,
            })
        });
        let cookies = cookies.collect::<Result<_, _>>()?;
        Ok(Self {
            status: spec.status,
            description: match &spec.description {
                Some(text) => text.clone(),
                None => spec.status.canonical_reason().unwrap_or("Response").into(),
            },
            headers,
            cookies,
            content: DeclaredContent::new(&spec.content, schemas)?,
            media_types: spec.media_types.clone(),
            links: spec.links.clone(),
            examples: spec.examples.clone(),
        })
    }

    /// Whether both declarations are equal.
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        let headers = |one: &Self| {
            let headers = one.headers.iter();
            headers
                .map(|header| (header.name.clone(), header.spec.clone()))
                .collect::<Vec<_>>()
        };
        let cookies = |one: &Self| {
            let cookies = one.cookies.iter();
            cookies
                .map(|cookie| (cookie.name.clone(), cookie.spec.clone()))
                .collect::<Vec<_>>()
        };
        self.description == other.description
            && headers(self) == headers(other)
            && cookies(self) == cookies(other)
            && self.content.same_as(&other.content)
            && self.media_types == other.media_types
            && self.links == other.links
            && self.examples.len() == other.examples.len()
            && self
                .examples
                .iter()
                .zip(&other.examples)
                .all(|(one, other)| one.same_as(other))
    }

    /// Whether the response has no body.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.content, DeclaredContent::Value(model) if *model.schema() == json!({"type": "null"}))
    }

    /// Whether a body that is not always `null` may be.
    pub(crate) fn may_be_null(&self) -> bool {
        match &self.content {
            DeclaredContent::Value(model) => model.may_be_null(),
            DeclaredContent::ByMediaType(models) => {
                models.iter().any(|(_, model)| model.may_be_null())
            }
            DeclaredContent::Stream { value, .. } => {
                value.as_ref().is_some_and(|value| value.may_be_null())
            }
            DeclaredContent::File(_) => false,
        }
    }

    /// Whether the body is a stream in this media type.
    pub(crate) fn streams_in(&self, media_type: &str) -> bool {
        match &self.content {
            DeclaredContent::Stream { formats, .. } => {
                formats.iter().any(|format| format.media_type == media_type)
            }
            _ => false,
        }
    }

    /// Whether the body has the media types of the renderers.
    pub(crate) fn has_media_types_of_renderers(&self) -> bool {
        matches!(self.content, DeclaredContent::Value(_)) && self.media_types.is_none()
    }

    /// Whether the body is a stream or a file.
    pub(crate) fn is_bytes(&self) -> bool {
        let content = &self.content;
        matches!(
            content,
            DeclaredContent::Stream { value: None, .. } | DeclaredContent::File(_)
        )
    }

    /// The type of the events.
    pub(crate) fn events(&self) -> Option<&DeclaredModel> {
        match &self.content {
            DeclaredContent::Stream { item, .. } => Some(item),
            _ => None,
        }
    }
}

impl DeclaredHeader {
    fn new(
        written: Cow<'static, str>,
        spec: &HeaderSpec,
        schemas: &mut Schemas,
    ) -> Result<Self, String> {
        let name: HeaderName = written
            .parse()
            .map_err(|_| format!("`{written}` is not the name of a header"))?;
        if name == SET_COOKIE {
            return Err(
                "Cannot use \"Set-Cookie\" header, declare the cookie with `.cookie(…)` instead"
                    .to_owned(),
            );
        }
        if name == CONTENT_TYPE {
            return Err("`Content-Type` is always there, do not declare it".to_owned());
        }
        Ok(Self {
            name,
            written,
            spec: spec.clone(),
            value: DeclaredText::new(spec.value, schemas)?,
        })
    }
}

impl DeclaredText {
    fn new(describe: SchemaOf, schemas: &mut Schemas) -> Result<Self, String> {
        let schema = schemas.response(describe);
        let any = schema == json!({"type": "string"});
        let validator = (!any).then(|| schemas.responses().validator(&schema));
        Ok(Self {
            validator: validator.transpose()?,
            schema,
        })
    }
}

impl DeclaredContent {
    fn new(content: &ContentSpec, schemas: &mut Schemas) -> Result<Self, String> {
        let mut model = |describe: &SchemaOf| DeclaredModel::new(*describe, schemas);
        Ok(match content {
            ContentSpec::Value(describe) => Self::Value(model(describe)?),
            ContentSpec::Stream {
                formats,
                item,
                error,
                value,
            } => Self::Stream {
                formats: formats.clone(),
                item: model(item)?,
                error: error.as_ref().map(&mut model).transpose()?.map(Box::new),
                value: value.as_ref().map(&mut model).transpose()?.map(Box::new),
            },
            ContentSpec::File(media_type) => Self::File(media_type.clone()),
            ContentSpec::ByMediaType(models) => {
                if models.len() < 2 {
                    return Err(format!(
                        "a type for each media type must be given for two or more media types, got {}",
                        models.len()
                    ));
                }
                let models = models.iter().map(|(media_type, describe)| {
                    Ok::<_, String>((media_type.clone(), model(describe)?))
                });
                Self::ByMediaType(models.collect::<Result<_, _>>()?)
            }
            // The caller has already replaced it.
            ContentSpec::ErrorModel => return Err("the controller has no error model".to_owned()),
        })
    }

    fn same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value(one), Self::Value(other)) => one.same_as(other),
            (
                Self::Stream {
                    formats,
                    item,
                    value,
                    ..
                },
                Self::Stream {
                    formats: others,
                    item: other,
                    value: other_value,
                    ..
                },
            ) => {
                let names = |formats: &[FormatInfo]| -> Vec<&str> {
                    formats.iter().map(|format| format.media_type).collect()
                };
                let values = match (value, other_value) {
                    (Some(one), Some(other)) => one.same_as(other),
                    (one, other) => one.is_none() && other.is_none(),
                };
                names(formats) == names(others) && item.same_as(other) && values
            }
            (Self::File(one), Self::File(other)) => one == other,
            (Self::ByMediaType(one), Self::ByMediaType(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| {
                        let ((one, model), (other, other_model)) = (one, other);
                        one == other && model.same_as(other_model)
                    })
            }
            _ => false,
        }
    }
}

impl DeclaredModel {
    fn new(describe: SchemaOf, schemas: &mut Schemas) -> Result<Self, String> {
        let schema = schemas.response(describe);
        let validator = schemas.responses().validator(&schema)?;
        let document = schemas.responses().document();
        Ok(Self {
            proof: Proof::of_sent(document, &schema),
            schema_id: describe.id(),
            validator,
        })
    }

    pub(crate) fn schema(&self) -> &Value {
        self.validator.schema()
    }

    /// Whether the value may be `null` and something else.
    fn may_be_null(&self) -> bool {
        let branches = branches(self.validator.document(), self.schema());
        branches.len() > 1 && branches.iter().any(|branch| allows_type(branch, "null"))
    }

    /// The schema of a body that is empty in place of `null`.
    pub(crate) fn schema_without_null(&self) -> &Value {
        let null = json!({"type": "null"});
        let branches = self.schema().get("anyOf").and_then(Value::as_array);
        let branches = branches.into_iter().flatten();
        let others: Vec<_> = branches.filter(|branch| **branch != null).collect();
        match others.as_slice() {
            [only] => only,
            _ => self.schema(),
        }
    }

    fn same_as(&self, other: &Self) -> bool {
        self.schema() == other.schema() && self.schema_id == other.schema_id
    }

    /// Whether the model is of the type with this id.
    pub(crate) fn is_of(&self, schema_id: &str) -> bool {
        self.schema_id == schema_id
    }

    /// When to check a value of the type with this id.
    pub(crate) fn check_of(&self, schema_id: &str) -> CheckWhen {
        if self.is_of(schema_id) {
            self.proof.check()
        } else {
            CheckWhen::Always
        }
    }
}
