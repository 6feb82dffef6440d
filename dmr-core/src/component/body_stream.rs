//! The component for request bodies that are read item by item.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use dmr_client::ParsedEvent;
use futures_core::Stream;
use schemars::JsonSchema;
use serde::Serialize;

use super::body_model::BodyModel;
use super::description::{BodyDescription, ItemsDescription, documentation};
use super::{Component, Description, Model, Rejection, Unbuildable, readable};
use crate::error::{Error, ErrorResponses};
use crate::error_detail::{ErrorDetail, ErrorType};
use crate::format::{Decoded, Decoder, EventShape, FormatInfo, ItemFormat, ItemKind};
use crate::negotiation::refuse_other_format;
use crate::request::{Request, RequestBody};
use crate::response::ResponseSpec;
use crate::schema::{Readable, visible_events};
use crate::serializer::SerdeJson;
use crate::text::{Pairs, TextModel};

/// A request body in the format `F`, read item by item. The whole body is never in memory, and the
/// client is slowed down to the pace of the endpoint.
///
/// The items of [`Sse`](crate::stream::format::Sse) are events with data (WHATWG HTML, 9.2.6). An
/// [`SseEvent`](crate::stream::SseEvent) and an enum with `#[derive(SseEvents)]` see all fields of
/// an event, every other type reads its data, as JSON.
///
/// Each item is checked against the published schema. [`next`](Self::next) returns invalid items as
/// errors: `?` stops at the first one. [`next_valid`](Self::next_valid) notes them in an
/// [`ItemReport`] and goes on. An item may have up to
/// [`max_item_size`](crate::Settings::max_item_size) bytes, the body up to
/// [`max_upload_size`](crate::Settings::max_upload_size) bytes.
///
/// An endpoint that returns a stream may read and write at the same time.
///
/// ```
/// use dmr_core::Error;
/// use dmr_core::component::{BodyStream, ItemReport};
/// use dmr_core::stream::format::JsonLines;
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Reading {
///     #[schemars(range(min = -90, max = 60))]
///     celsius: f64,
/// }
///
/// /// Stops at the first bad line.
/// async fn post(mut readings: BodyStream<Reading, JsonLines>) -> Result<f64, Error> {
///     let mut sum = 0.0;
///     while let Some(reading) = readings.next().await {
///         sum += reading?.celsius;
///     }
///     Ok(sum)
/// }
///
/// /// Says which lines are bad, and takes the others.
/// async fn put(mut readings: BodyStream<Reading, JsonLines>) -> Result<ItemReport, Error> {
///     let mut report = ItemReport::default();
///     while let Some(reading) = readings.next_valid(&mut report).await? {
///         println!("{}", reading.celsius);
///     }
///     Ok(report)
/// }
/// ```
pub struct BodyStream<T, F: ItemFormat> {
    body: Option<RequestBody>,
    buffer: BytesMut,
    decoder: F::Decoder,
    items: Arc<PreparedItems>,
    /// The number of bytes that have been read.
    read: u64,
    line: u64,
    /// Whether an error has ended the body.
    failed: bool,
    types: PhantomData<fn() -> T>,
}

/// The prepared state of a [`BodyStream`], made when the application is built.
pub struct PreparedItems {
    model: ItemModel,
    media_types: Vec<&'static str>,
    max_item_size: usize,
    max_body_size: u64,
}

/// The model of an item.
enum ItemModel {
    Json(BodyModel),
    /// For server-sent events, which become JSON.
    Events(EventShape, BodyModel),
    /// For formats whose items are named fields of text.
    Text(TextModel),
}

/// A format of items, with its type erased.
struct Items {
    kind: ItemKind,
    media_types: Vec<&'static str>,
    info: FormatInfo,
}

impl fmt::Debug for PreparedItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedItems").finish_non_exhaustive()
    }
}

impl<T: Model, F: ItemFormat> Component for BodyStream<T, F> {
    type Prepared = Arc<PreparedItems>;

    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        description.items_model::<T, F>().map(Arc::new)
    }

    async fn extract(prepared: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        refuse_other_format(&prepared.media_types, request.head().header("content-type"))?;
        Ok(Self {
            body: request.take_body(prepared.max_body_size)?,
            buffer: BytesMut::new(),
            decoder: F::Decoder::new(prepared.max_item_size),
            items: Arc::clone(prepared),
            read: 0,
            line: 0,
            failed: false,
            types: PhantomData,
        })
    }
}

impl Description<'_> {
    /// Describes a body in the format `F` whose items have the model `T`.
    ///
    /// # Errors
    ///
    /// The schema of `T` is not supported, or the items of `F` are named fields and `T` is neither
    /// a struct nor a map.
    pub fn items_model<T: Model, F: ItemFormat>(&mut self) -> Result<PreparedItems, Unbuildable> {
        let aliases = F::ALIASES.iter().copied();
        let format = Items {
            kind: F::Decoder::KIND,
            media_types: [F::MEDIA_TYPE].into_iter().chain(aliases).collect(),
            info: FormatInfo::of::<F>(0),
        };
        self.items_model_of(readable::<T>(), format)
    }

    fn items_model_of(
        &mut self,
        readable: Readable,
        format: Items,
    ) -> Result<PreparedItems, Unbuildable> {
        self.described.can_be_invalid = true;
        let of = readable.schema;
        let schema = self.schemas.request(of);
        let inline = self.schemas.inline_request(of);
        let context = self.component_context("parsed_body");
        let model = if format.kind == ItemKind::Fields {
            let model = TextModel::new(&inline, readable, self.schemas, context);
            ItemModel::Text(self.checked("item", of, model)?)
        } else {
            let model = BodyModel::new(&schema, readable, self.schemas, context);
            let model = self.checked("item", of, model)?;
            match format.kind {
                ItemKind::Events => {
                    let shape = EventShape::of(self.schemas.requests().document(), &schema);
                    ItemModel::Events(shape, model)
                }
                _ => ItemModel::Json(model),
            }
        };
        let document = self.schemas.requests().document();
        let items = ItemsDescription {
            schema: (format.info.describe)(visible_events(document, &schema), None),
            example: format.info.example(document, &schema),
        };
        let description = documentation(&inline);
        self.described.bodies.push(BodyDescription {
            media_types: format.media_types.clone(),
            schema,
            items: Some(items),
            // A body without content has no items.
            is_optional: true,
            description,
        });
        let limits = self.endpoint.limits;
        Ok(PreparedItems {
            model,
            media_types: format.media_types,
            max_item_size: limits.max_item_size,
            max_body_size: limits.max_upload_size,
        })
    }
}

impl<T: Model, F: ItemFormat> BodyStream<T, F> {
    /// Returns the next item; `None` after the last one. More items may follow an invalid one.
    pub async fn next(&mut self) -> Option<Result<T, InvalidItem>> {
        poll_fn(|cx| self.poll_item(cx)).await
    }

    /// The line of the last item that was returned, from 1. In text sequences, tables and
    /// server-sent events, its number.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Returns the next valid item. Invalid items before it are noted in the report.
    ///
    /// # Errors
    ///
    /// The rest of the body cannot be read: it is too long, or the client has gone.
    pub async fn next_valid(&mut self, report: &mut ItemReport) -> Result<Option<T>, Error> {
        while let Some(item) = self.next().await {
            match item {
                Ok(item) => {
                    report.accepted += 1;
                    return Ok(Some(item));
                }
                Err(invalid) if invalid.is_last() => return Err(invalid.into()),
                Err(invalid) => report.reject(invalid),
            }
        }
        Ok(None)
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, InvalidItem>>> {
        if self.failed {
            return Poll::Ready(None);
        }
        loop {
            let decoded = self.decoder.decode(&mut self.buffer, self.body.is_none());
            if decoded == Decoded::Nothing {
                let Some(body) = &mut self.body else {
                    return Poll::Ready(None);
                };
                match ready!(body.as_mut().poll_next(cx)) {
                    None => self.body = None,
                    Some(Ok(piece)) => {
                        self.read += piece.len() as u64;
                        if self.read > self.items.max_body_size {
                            let error = Error::content_too_large(self.items.max_body_size);
                            return Poll::Ready(Some(Err(self.last_error(error))));
                        }
                        self.buffer.extend_from_slice(&piece);
                    }
                    Some(Err(error)) => {
                        let error = Error::unreadable(format_args!(
                            "The request body is not complete: {error}"
                        ));
                        return Poll::Ready(Some(Err(self.last_error(error))));
                    }
                }
                continue;
            }
            self.line += 1;
            let item = match decoded {
                Decoded::Nothing | Decoded::Blank => continue,
                Decoded::Json(content) => self.items.read_json(&content),
                Decoded::Fields(fields) => self.items.read_fields(&fields),
                Decoded::Event(event) => self.items.read_event(&event),
                Decoded::Broken(text) => Err(Error::unreadable(text)),
                Decoded::TooLong => Err(Error::item_too_large(self.items.max_item_size)),
            };
            let line = self.line;
            return Poll::Ready(Some(item.map_err(|error| InvalidItem {
                line,
                error,
                last: false,
            })));
        }
    }

    /// The error that ends the body.
    fn last_error(&mut self, error: Error) -> InvalidItem {
        self.failed = true;
        InvalidItem {
            line: self.line + 1,
            error,
            last: true,
        }
    }
}

impl PreparedItems {
    fn read_json<T: Model>(&self, content: &[u8]) -> Result<T, Error> {
        match &self.model {
            ItemModel::Json(model) => model.read(&SerdeJson, content).map_err(error_of),
            _ => Err(Error::internal("the items are not JSON")),
        }
    }

    fn read_event<T: Model>(&self, event: &ParsedEvent) -> Result<T, Error> {
        let ItemModel::Events(shape, model) = &self.model else {
            return Err(Error::internal("the items are not events"));
        };
        let json = shape.json(event).map_err(Error::unreadable)?;
        model.read(&SerdeJson, json.as_bytes()).map_err(error_of)
    }

    fn read_fields<T: Model>(&self, fields: &[(Arc<str>, String)]) -> Result<T, Error> {
        let ItemModel::Text(model) = &self.model else {
            return Err(Error::internal("the items are not named fields"));
        };
        let mut pairs = Pairs::with_capacity(fields.len());
        for (name, value) in fields {
            pairs.push((&**name).into(), value.as_str().into());
        }
        model.read(pairs).map_err(Error::request)
    }
}

fn error_of(rejection: Rejection) -> Error {
    match rejection {
        Rejection::Invalid(details) => Error::request(details),
        Rejection::Failed(error) => error,
    }
}

impl<T: Model, F: ItemFormat> Stream for BodyStream<T, F>
where
    F::Decoder: Unpin,
{
    type Item = Result<T, InvalidItem>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(cx)
    }
}

impl<T, F: ItemFormat> fmt::Debug for BodyStream<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream")
            .field("read", &self.read)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

/// An invalid item of a [`BodyStream`], or an error that ends the body.
///
/// It converts into an [`Error`], a 400 or a 413, whose messages name the line.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {error}")]
pub struct InvalidItem {
    line: u64,
    error: Error,
    last: bool,
}

impl InvalidItem {
    /// The line of the item, from 1. In text sequences, tables and server-sent events, its number.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The problems of the item.
    pub fn details(&self) -> &[ErrorDetail] {
        self.error.details()
    }

    /// Whether this error ends the body.
    pub fn is_last(&self) -> bool {
        self.last
    }
}

impl From<InvalidItem> for Error {
    fn from(invalid: InvalidItem) -> Self {
        let InvalidItem { line, error, last } = invalid;
        if last {
            return error;
        }
        error.map_texts(|text| format!("line {line}: {text}"))
    }
}

/// The component has documented the responses.
impl ErrorResponses for InvalidItem {
    fn responses() -> Vec<ResponseSpec> {
        Vec::new()
    }
}

/// The outcome of reading the items of a body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ItemReport {
    /// The number of accepted items.
    pub accepted: u64,
    /// The number of rejected items.
    pub rejected: u64,
    /// The problems of the first hundred rejected items.
    pub errors: Vec<RejectedItem>,
}

/// A rejected item and its problems.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RejectedItem {
    /// The line of the item, from 1. In text sequences, tables and server-sent events, its number.
    pub line: u64,
    /// The problems of the item.
    pub detail: Vec<ErrorDetail>,
}

const REPORTED: usize = 100;

impl ItemReport {
    fn reject(&mut self, invalid: InvalidItem) {
        self.note(invalid.line, invalid.error.into_details());
    }

    /// Notes an item that was counted as accepted, but that the endpoint refuses.
    pub fn refuse(&mut self, line: u64, msg: impl fmt::Display) {
        self.accepted = self.accepted.saturating_sub(1);
        let detail = ErrorDetail::new(msg).error_type(ErrorType::VALUE_ERROR);
        self.note(line, vec![detail]);
    }

    fn note(&mut self, line: u64, detail: Vec<ErrorDetail>) {
        self.rejected += 1;
        if self.errors.len() < REPORTED {
            self.errors.push(RejectedItem { line, detail });
        }
    }
}
