//! [`ResponseSpec`]: the declaration of a response.

use std::borrow::Cow;

use http::StatusCode;
use http::header::LOCATION;
use schemars::JsonSchema;
use serde_json::Value;

use super::{CookieSpec, Example, HeaderSpec};
use crate::format::{FormatInfo, Formats};
use crate::schema::SchemaOf;

/// The declaration of one response of an endpoint: its status, the type of its body, its headers
/// and cookies.
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
    pub(crate) cookies: Vec<(Cow<'static, str>, CookieSpec)>,
    pub(crate) content: ContentSpec,
    pub(crate) media_types: Option<Vec<Cow<'static, str>>>,
    pub(crate) links: Option<Value>,
    pub(crate) examples: Vec<Example>,
}

/// The type of an event, as the value of an option.
///
/// ```
/// use dmr_core::{ErrorModel, options::EventModel};
///
/// let error_event = EventModel::new::<ErrorModel>();
/// # let _ = error_event;
/// ```
#[derive(Debug, Clone, Copy)]
pub struct EventModel(SchemaOf);

impl EventModel {
    /// Events of the type `T`.
    pub fn new<T: JsonSchema + ?Sized>() -> Self {
        Self(SchemaOf::of::<T>())
    }
}

/// The content of a response.
#[derive(Debug, Clone)]
pub(crate) enum ContentSpec {
    /// A value, in the negotiated format.
    Value(SchemaOf),
    /// The error model of the controller.
    ErrorModel,
    /// A value whose type depends on the format.
    ByMediaType(Vec<(Cow<'static, str>, SchemaOf)>),
    /// Events, in these formats.
    Stream {
        formats: Vec<FormatInfo>,
        item: SchemaOf,
        error: Option<SchemaOf>,
        /// A value in the negotiated format, which may take the place of the events.
        value: Option<SchemaOf>,
    },
    /// Bytes of this media type.
    File(Cow<'static, str>),
}

impl ResponseSpec {
    /// A response with a body of the type `T`. `()` stands for no body.
    pub fn new<T: JsonSchema + ?Sized>(status: StatusCode) -> Self {
        Self::of(status, ContentSpec::Value(SchemaOf::of::<T>()))
    }

    /// A response without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self::new::<()>(status)
    }

    /// A 201 with a body of the type `T` and the header `Location`: see
    /// [`Response::created`](crate::Response::created).
    pub fn created<T: JsonSchema + ?Sized>() -> Self {
        Self::new::<T>(StatusCode::CREATED).header("Location", HeaderSpec::new())
    }

    /// A 200 with a body of the type `T` and its `ETag`: see
    /// [`Response::tagged`](crate::Response::tagged).
    pub fn tagged<T: JsonSchema + ?Sized>() -> Self {
        Self::new::<T>(StatusCode::OK).header("ETag", HeaderSpec::new())
    }

    /// A 304 with the `ETag`: see [`Response::not_modified`](crate::Response::not_modified).
    pub fn not_modified() -> Self {
        Self::empty(StatusCode::NOT_MODIFIED).header("ETag", HeaderSpec::new())
    }

    /// An error response with the error model of the controller as its body, such as that of
    /// [`Error::msg`](crate::Error::msg).
    pub fn error(status: StatusCode) -> Self {
        Self::of(status, ContentSpec::ErrorModel)
    }

    /// A redirect without a body and with the header `Location`: see
    /// [`RedirectTo`](crate::RedirectTo).
    pub fn redirect(status: StatusCode) -> Self {
        Self::empty(status).header(LOCATION.as_str(), HeaderSpec::new())
    }

    /// A [file](crate::FileResponse) of this media type, which may be a range such as `image/*`.
    /// The response has a `Content-Length`, and a `Content-Disposition` if it is an
    /// [`attachment`](crate::FileResponse::attachment).
    ///
    /// ```
    /// use dmr_core::ResponseSpec;
    /// use http::StatusCode;
    ///
    /// let cover = ResponseSpec::file(StatusCode::OK, "image/*");
    /// # let _ = cover;
    /// ```
    pub fn file(status: StatusCode, media_type: impl Into<Cow<'static, str>>) -> Self {
        Self::of(status, ContentSpec::File(media_type.into()))
            .header("Content-Length", HeaderSpec::new().schema::<u64>())
            .header("Content-Disposition", HeaderSpec::new().required(false))
    }

    /// A response with a type for each media type. There must be at least two.
    ///
    /// ```
    /// use dmr_core::{MediaTypeModel, ResponseSpec};
    /// use http::StatusCode;
    ///
    /// let report = ResponseSpec::by_media_type(
    ///     StatusCode::OK,
    ///     [
    ///         MediaTypeModel::new::<Vec<u64>>("application/json"),
    ///         MediaTypeModel::new::<String>("application/xml"),
    ///     ],
    /// );
    /// # let _ = report;
    /// ```
    pub fn by_media_type(
        status: StatusCode,
        models: impl IntoIterator<Item = MediaTypeModel>,
    ) -> Self {
        let models = models
            .into_iter()
            .map(|model| (model.media_type, model.describe));
        Self::of(status, ContentSpec::ByMediaType(models.collect()))
    }

    /// A stream of events of the type `T` in the format `F`, or in the formats of a tuple. It has
    /// the headers of every stream.
    ///
    /// ```
    /// use dmr_core::{ResponseSpec, stream::format::JsonLines};
    /// use http::StatusCode;
    ///
    /// let numbers = ResponseSpec::stream::<u64, JsonLines>(StatusCode::OK);
    /// # let _ = numbers;
    /// ```
    pub fn stream<T: JsonSchema + ?Sized, F: Formats>(status: StatusCode) -> Self {
        Self::of_stream(status, F::infos(), SchemaOf::of::<T>())
    }

    /// Declares the model of an error in place of an event, for the document: `itemSchema` then
    /// allows both.
    pub fn error_event<E: JsonSchema + ?Sized>(self) -> Self {
        self.error_event_of(EventModel::new::<E>())
    }

    /// Sets the error event of a stream that has none.
    pub(crate) fn error_event_of(mut self, model: EventModel) -> Self {
        if let ContentSpec::Stream { error, .. } = &mut self.content {
            error.get_or_insert(model.0);
        }
        self
    }

    pub(crate) fn of_stream(status: StatusCode, formats: Vec<FormatInfo>, item: SchemaOf) -> Self {
        ["Cache-Control", "Connection", "X-Accel-Buffering"]
            .into_iter()
            .fold(
                Self::of(
                    status,
                    ContentSpec::Stream {
                        formats,
                        item,
                        error: None,
                        value: None,
                    },
                ),
                |spec, name| spec.header(name, HeaderSpec::new()),
            )
    }

    /// Declares a value that may take the place of the stream. The value does not have the headers
    /// of the stream.
    pub(crate) fn or_value(mut self, model: SchemaOf) -> Self {
        if let ContentSpec::Stream { value, .. } = &mut self.content {
            *value = Some(model);
        }
        for (_, header) in &mut self.headers {
            header.required = false;
        }
        self
    }

    pub(crate) fn of(status: StatusCode, content: ContentSpec) -> Self {
        Self {
            status,
            description: None,
            headers: Vec::new(),
            cookies: Vec::new(),
            content,
            media_types: None,
            links: None,
            examples: Vec::new(),
        }
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Declares a header of the response. `Content-Type` is implied; declaring it is an error.
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, spec: HeaderSpec) -> Self {
        self.headers.push((name.into(), spec));
        self
    }

    /// Declares a cookie that the response sets.
    pub fn cookie(mut self, name: impl Into<Cow<'static, str>>, spec: CookieSpec) -> Self {
        self.cookies.push((name.into(), spec));
        self
    }

    /// Sets the description of the response in the document. The reason phrase of the status by
    /// default.
    pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Limits the media types of the response. By default all media types of the endpoint.
    pub fn limit_to_content_types<T: Into<Cow<'static, str>>>(
        mut self,
        media_types: impl IntoIterator<Item = T>,
    ) -> Self {
        self.media_types = Some(media_types.into_iter().map(Into::into).collect());
        self
    }

    /// Adds examples of the response for the document. One that does not match the response is an
    /// error when the application is built.
    pub fn examples(mut self, examples: impl IntoIterator<Item = Example>) -> Self {
        self.examples.extend(examples);
        self
    }

    /// Sets the links of the response: a map of Link Objects for the document, by name.
    pub fn links(mut self, links: Value) -> Self {
        self.links = Some(links);
        self
    }
}

/// The type of a body in one media type. See [`ResponseSpec::by_media_type`].
#[derive(Debug, Clone)]
#[must_use = "it does nothing until a spec has it"]
pub struct MediaTypeModel {
    media_type: Cow<'static, str>,
    describe: SchemaOf,
}

impl MediaTypeModel {
    /// A body of the type `T` in this media type.
    pub fn new<T: JsonSchema + ?Sized>(media_type: impl Into<Cow<'static, str>>) -> Self {
        Self {
            media_type: media_type.into(),
            describe: SchemaOf::of::<T>(),
        }
    }
}
