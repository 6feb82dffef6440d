//! What an endpoint declares of its responses.

use std::borrow::Cow;

use http::StatusCode;
use http::header::HeaderName;
use schemars::JsonSchema;
use serde_json::Value;

use crate::schema::{Describe, Schemas, Validator, is_proved_by_type};
use crate::stream::format::Format;

/// One response that an endpoint may give: its status, the type of its body, its headers.
///
/// ```
/// use dmr_core::{HeaderSpec, ResponseSpec};
/// use http::StatusCode;
///
/// let created = ResponseSpec::new::<String>(StatusCode::CREATED)
///     .header("Location", HeaderSpec::new())
///     .description("The user was signed up");
/// # let _ = created;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a spec does nothing until it is declared"]
pub struct ResponseSpec {
    pub(crate) status: StatusCode,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) headers: Vec<(Cow<'static, str>, HeaderSpec)>,
    pub(crate) content: Describe,
    /// The media type of the stream whose events `content` describes.
    pub(crate) stream: Option<&'static str>,
}

impl ResponseSpec {
    /// A response with a body of type `T`; `()` stands for no body.
    pub fn new<T: JsonSchema + ?Sized>(status: StatusCode) -> Self {
        Self::of_outcome(status, Describe::of::<T>(), None)
    }

    /// A stream of events of type `T` in the format `F`, with the headers that every stream has (behaviour 7.2).
    ///
    /// ```
    /// use dmr_core::{ResponseSpec, stream::format::JsonLines};
    /// use http::StatusCode;
    ///
    /// let numbers = ResponseSpec::stream::<u64, JsonLines>(StatusCode::OK);
    /// # let _ = numbers;
    /// ```
    pub fn stream<T: JsonSchema + ?Sized, F: Format>(status: StatusCode) -> Self {
        Self::of_outcome(status, Describe::of::<T>(), Some(F::MEDIA_TYPE))
    }

    pub(crate) fn of_outcome(
        status: StatusCode,
        content: Describe,
        stream: Option<&'static str>,
    ) -> Self {
        let names: &[&'static str] = match stream {
            Some(_) => &["Cache-Control", "Connection", "X-Accel-Buffering"],
            None => &[],
        };
        let headers = names
            .iter()
            .map(|name| (Cow::Borrowed(*name), HeaderSpec::new()));
        Self {
            status,
            description: None,
            headers: headers.collect(),
            content,
            stream,
        }
    }

    /// Declares a header of the response. `Content-Type` is always there and is not declared.
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, spec: HeaderSpec) -> Self {
        self.headers.push((name.into(), spec));
        self
    }

    /// What the document says of the response; the reason phrase of the status by default.
    pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.description = Some(text.into());
        self
    }
}

/// A header that a response has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a spec does nothing until it is declared"]
pub struct HeaderSpec {
    pub(crate) required: bool,
    pub(crate) description: Option<Cow<'static, str>>,
}

impl HeaderSpec {
    /// A header that every such response has.
    pub fn new() -> Self {
        Self {
            required: true,
            description: None,
        }
    }

    /// Whether every such response has it; `true` by default.
    pub fn required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }

    /// What the document says of the header.
    pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.description = Some(text.into());
        self
    }
}

impl Default for HeaderSpec {
    fn default() -> Self {
        Self::new()
    }
}

/// A [`ResponseSpec`] as it is enforced and published.
#[derive(Debug)]
pub(crate) struct DeclaredResponse {
    pub(crate) status: StatusCode,
    pub(crate) description: Cow<'static, str>,
    pub(crate) headers: Vec<(HeaderName, Cow<'static, str>, HeaderSpec)>,
    pub(crate) stream: Option<&'static str>,
    pub(crate) schema: Value,
    pub(crate) schema_id: Cow<'static, str>,
    /// Whether a value of the declared type needs no check (decision 20).
    pub(crate) proved: bool,
    pub(crate) validator: Validator,
}

impl DeclaredResponse {
    /// # Errors
    ///
    /// What is wrong with the spec.
    pub(crate) fn new(spec: &ResponseSpec, schemas: &mut Schemas) -> Result<Self, String> {
        let schema = spec.content.schema(schemas);
        let validator = Validator::new(&schema, schemas.responses())?;
        let mut headers = Vec::with_capacity(spec.headers.len());
        for (written, header) in &spec.headers {
            let name: HeaderName = written
                .parse()
                .map_err(|_| format!("`{written}` is not the name of a header"))?;
            headers.push((name, written.clone(), header.clone()));
        }
        let description = match &spec.description {
            Some(text) => text.clone(),
            None => spec.status.canonical_reason().unwrap_or("Response").into(),
        };
        Ok(Self {
            status: spec.status,
            description,
            headers,
            stream: spec.stream,
            // In debug builds everything is checked.
            proved: !cfg!(debug_assertions) && is_proved_by_type(validator.root(), &schema),
            schema_id: spec.content.id(),
            schema,
            validator,
        })
    }

    /// Whether a value of the type with this id needs to be checked.
    pub(crate) fn needs_check(&self, schema_id: &str) -> bool {
        !(self.proved && self.schema_id == schema_id)
    }

    /// Whether both say the same.
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        self.schema == other.schema
            && self.schema_id == other.schema_id
            && self.description == other.description
            && self.headers == other.headers
            && self.stream == other.stream
    }
}
