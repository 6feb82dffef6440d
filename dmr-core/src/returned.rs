//! The conversion of return values into responses.
//!
//! The compiler tells `Result`, [`Events`], [`Response`] and plain values apart by method probing:
//! an inherent method of `ReturnType<Result<T, E>>` wins over the trait method of every
//! `ReturnType<R>`. A comparison of names in the macro would miss type aliases, and fail in generic
//! controllers. The bounds are on the methods: a type that lacks a trait gives one error, at its
//! own span.

use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;
use schemars::JsonSchema;
use serde::Serialize;

use crate::controller::Controller;
use crate::endpoint::{Metadata, Offer};
use crate::error::{Error, ErrorResponses};
use crate::format::{Format, FormatInfo, FormatVisitor, Formats};
use crate::respond::{Encoder, Frames, body_of};
use crate::response::{Head, Response, ResponseSpec};
use crate::schema::SchemaOf;
use crate::serializer::{AnyRenderer, SerializeError, Serializer};
use crate::stream::{
    EventStream, Events, Items, StreamingResponse, ValueOrEvents, ValueOrItems, stream_headers,
};
use crate::validation::EventCheck;

/// A value that can be a body or an event.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as a body or an event",
    label = "cannot be serialized and described",
    note = "derive both traits: `#[derive(Serialize, JsonSchema)]`"
)]
pub trait Payload: Serialize + JsonSchema {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + JsonSchema> Payload for T {}

/// The result of a call.
#[allow(missing_debug_implementations, reason = "internal to generated code")]
pub enum Returned<'a> {
    /// The body of the declared response.
    Rendered(Bytes),
    /// A finished response.
    Response(Response),
    /// A stream.
    Stream(StreamReply<'a>),
}

/// A stream that has not begun.
#[allow(missing_debug_implementations, reason = "internal to generated code")]
pub struct StreamReply<'a> {
    pub(crate) head: Head,
    pub(crate) frames: Box<dyn Frames + 'a>,
}

/// The parts of the endpoint and the negotiation that a conversion needs.
#[derive(Clone, Copy)]
pub struct Reply<'a> {
    metadata: &'a Metadata,
    offer: &'a Offer,
    /// The negotiated renderer.
    renderer: &'a AnyRenderer,
}

impl<'a> Reply<'a> {
    pub(crate) fn new(metadata: &'a Metadata, offer: &'a Offer, renderer: &'a AnyRenderer) -> Self {
        Self {
            metadata,
            offer,
            renderer,
        }
    }

    /// The streams and files of the endpoint, if it offers nothing else and the client does not
    /// accept them.
    pub(crate) fn refused_offers(&self) -> Option<&'a [Offer]> {
        let offers = &self.metadata.offers;
        (offers.only_bytes && self.offer.renderer.is_some()).then(|| offers.bytes())
    }

    /// Checks a value and writes it. If the negotiated renderer is the `serializer` of the
    /// controller, `write` does it without type erasure.
    fn value(
        self,
        value: &dyn erased_serde::Serialize,
        serializer: TypeId,
        write: &dyn Fn(&mut Vec<u8>) -> Result<(), SerializeError>,
    ) -> Result<Returned<'a>, Error> {
        let declaration = &self.metadata.declaration;
        declaration.check_returned(value, self.renderer.media_type())?;
        let mut body = Vec::with_capacity(256);
        let written = if self.renderer.is(serializer) {
            write(&mut body)
        } else {
            self.renderer.render_erased(value, &mut body)
        };
        written.map_err(Error::internal)?;
        let send_null = self.metadata.sends_null(declaration.default_status);
        Ok(Returned::Rendered(body_of(body, send_null)))
    }

    /// Answers with a body.
    fn body<S: Serializer, T: Payload>(self, value: &T) -> Result<Returned<'a>, Error> {
        self.value(value, TypeId::of::<S>(), &|out| {
            S::default().render(value, out)
        })
    }

    /// Answers with a stream that has the head of the endpoint.
    fn events<S: Serializer, T: Payload + 'a, F: Formats>(
        self,
        events: Events<'a, T, F>,
    ) -> Returned<'a> {
        let check = self.metadata.declaration.event_check(None, None);
        self.stream::<S, T, F>(self.metadata.head.clone(), events, check)
    }

    /// Makes the frames of a stream.
    fn stream<S: Serializer, T: Payload + 'a, F: Formats>(
        self,
        mut head: Head,
        events: Events<'a, T, F>,
        check: Option<EventCheck<'a>>,
    ) -> Returned<'a> {
        stream_headers(&mut head.headers);
        let encode = Encode::<S, T> {
            events: events.stream,
            check,
            ping: self.metadata.ping,
            serializer: PhantomData,
        };
        Returned::Stream(StreamReply {
            head,
            frames: F::visit(self.offer.format, encode),
        })
    }
}

impl fmt::Debug for Reply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("offer", &self.offer)
            .finish_non_exhaustive()
    }
}

/// Encodes a stream in the format of the visit.
struct Encode<'a, S, T> {
    events: EventStream<'a, T>,
    check: Option<EventCheck<'a>>,
    ping: Option<Duration>,
    serializer: PhantomData<S>,
}

impl<'a, S: Serializer, T: Serialize + 'a> FormatVisitor for Encode<'a, S, T> {
    type Output = Box<dyn Frames + 'a>;

    fn visit<F: Format>(self) -> Self::Output {
        Box::new(Encoder::<S, T, F>::new(self.events, self.check, self.ping))
    }
}

/// A stand-in for the return type of a method.
#[derive(Debug)]
pub struct ReturnType<R>(PhantomData<fn() -> R>);

impl<R> ReturnType<R> {
    /// Makes the stand-in for `R`.
    #[allow(clippy::new_without_default, reason = "internal to generated code")]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

/// The way from a return type, which may be a `Result`, to its value.
#[allow(missing_debug_implementations, reason = "internal to generated code")]
pub struct ResultType<R, T> {
    split: fn(R) -> Result<T, Error>,
}

impl<T, E> ReturnType<Result<T, E>> {
    /// The method may fail.
    pub fn attempt(self) -> ResultType<Result<T, E>, T>
    where
        E: EndpointError,
    {
        ResultType {
            split: |result| result.map_err(Into::into),
        }
    }
}

/// An error that an endpoint can return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of an endpoint",
    label = "does not convert into `dmr::Error`",
    note = "derive `ErrorResponses`, or write `impl From<{Self}> for dmr::Error`",
    note = "an endpoint that returns `Result<_, dmr::AnyError>` can use `?` on every type that implements \
            `std::error::Error`"
)]
pub trait EndpointError: Into<Error> {}

#[diagnostic::do_not_recommend]
impl<E: Into<Error>> EndpointError for E {}

/// Every other type.
pub trait Infallible<R> {
    /// The method cannot fail.
    fn attempt(self) -> ResultType<R, R>;
}

impl<R> Infallible<R> for ReturnType<R> {
    fn attempt(self) -> ResultType<R, R> {
        ResultType { split: Ok }
    }
}

impl<T, E: ErrorResponses> ReturnType<Result<T, E>> {
    /// The responses that the error type documents.
    pub fn error_responses(self) -> Vec<ResponseSpec> {
        E::responses()
    }
}

/// Every other type.
pub trait Undocumented {
    /// No responses are known.
    fn error_responses(self) -> Vec<ResponseSpec>;
}

impl<R> Undocumented for ReturnType<R> {
    fn error_responses(self) -> Vec<ResponseSpec> {
        Vec::new()
    }
}

impl<R, T> ResultType<R, T> {
    /// Makes the stand-in for the type of the value.
    pub fn value(&self) -> ValueType<T> {
        ValueType(PhantomData)
    }

    /// Splits the return value into the value or the error.
    ///
    /// # Errors
    ///
    /// The error of the method.
    pub fn split(&self, returned: R) -> Result<T, Error> {
        (self.split)(returned)
    }
}

/// A stand-in for the type of the value that a method returns.
#[derive(Debug)]
pub struct ValueType<T>(PhantomData<fn() -> T>);

/// The kind of a value, and the way to answer with it. `M` marks the attribute that configures it.
#[allow(missing_debug_implementations, reason = "internal to generated code")]
pub struct Conversion<'a, T, M> {
    returned: ReturnedContent,
    answer: fn(T, Reply<'a>) -> Result<Returned<'a>, Error>,
    marker: PhantomData<M>,
}

/// Any [`Conversion`], whatever its value.
pub trait AnyConversion: Copy {
    /// The facts that are known when the application is built.
    fn returned(self) -> ReturnedContent;
}

impl<T, M> AnyConversion for Conversion<'_, T, M> {
    fn returned(self) -> ReturnedContent {
        self.returned
    }
}

impl<T, M> Clone for Conversion<'_, T, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, M> Copy for Conversion<'_, T, M> {}

/// The facts about a return type that are known when the application is built.
#[derive(Debug, Clone, Copy)]
pub struct ReturnedContent {
    /// The schema of the body or the events. `None` for a finished response, whose specs declare
    /// it.
    pub(crate) content: Option<SchemaOf>,
    /// A value that may take the place of a stream.
    pub(crate) value: Option<ValueContent>,
    /// The formats of a stream.
    pub(crate) stream: Option<fn() -> Vec<FormatInfo>>,
}

/// A value that may take the place of a stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ValueContent {
    pub(crate) schema: SchemaOf,
    /// Whether the method decides which of the two it returns, and not the client.
    pub(crate) method_decides: bool,
}

/// Marks the values that `#[modify]` configures.
#[derive(Debug)]
pub enum Plain {}

/// Marks the values that `#[validate]` configures.
#[derive(Debug)]
pub enum Finished {}

impl<'a, T, M> Conversion<'a, T, M> {
    /// Answers with a value, unless the method failed.
    ///
    /// # Errors
    ///
    /// The error of the method; the value does not match the declaration, or cannot be written.
    pub fn answer(&self, value: Result<T, Error>, reply: Reply<'a>) -> Result<Returned<'a>, Error> {
        (self.answer)(value?, reply)
    }
}

impl<'a, T: 'a, F> ValueType<Events<'a, T, F>> {
    /// The value is a stream.
    pub fn kind<C: Controller>(self) -> Conversion<'a, Events<'a, T, F>, Plain>
    where
        T: Payload,
        F: Formats,
    {
        Conversion {
            returned: ReturnedContent {
                content: Some(SchemaOf::of::<T>()),
                value: None,
                stream: Some(F::infos),
            },
            answer: |events, reply| Ok(reply.events::<C::Serializer, T, F>(events)),
            marker: PhantomData,
        }
    }
}

impl<'a, T: 'a, E: 'a, F: 'a> ValueType<ValueOrEvents<'a, T, E, F>> {
    /// The value is a body or a stream.
    pub fn kind<C: Controller>(self) -> Conversion<'a, ValueOrEvents<'a, T, E, F>, Plain>
    where
        T: Payload,
        E: Payload,
        F: Formats,
    {
        Conversion {
            returned: ReturnedContent {
                content: Some(SchemaOf::of::<E>()),
                value: Some(ValueContent {
                    schema: SchemaOf::of::<T>(),
                    method_decides: true,
                }),
                stream: Some(F::infos),
            },
            answer: |returned, reply| match returned {
                ValueOrEvents::Value(value) => reply.body::<C::Serializer, T>(&value),
                ValueOrEvents::Events(events) => Ok(reply.events::<C::Serializer, E, F>(events)),
            },
            marker: PhantomData,
        }
    }
}

impl<T, F> ValueType<ValueOrItems<T, F>> {
    /// The value is a body, or the items of its list.
    pub fn kind<'a, C: Controller>(self) -> Conversion<'a, ValueOrItems<T, F>, Plain>
    where
        T: Payload + Items + 'a,
        T::Item: Payload + 'a,
        F: Formats,
    {
        Conversion {
            returned: ReturnedContent {
                content: Some(SchemaOf::of::<T::Item>()),
                value: Some(ValueContent {
                    schema: SchemaOf::of::<T>(),
                    method_decides: false,
                }),
                stream: Some(F::infos),
            },
            answer: |ValueOrItems { value, .. }, reply| match reply.offer.renderer {
                Some(_) => reply.body::<C::Serializer, T>(&value),
                None => {
                    let items: Vec<T::Item> = value.into_items().into_iter().collect();
                    let events = Events::<_, F>::new(futures_util::stream::iter(items));
                    Ok(reply.events::<C::Serializer, T::Item, F>(events))
                }
            },
            marker: PhantomData,
        }
    }
}

impl<'a, T: 'a, F> ValueType<StreamingResponse<'a, T, F>> {
    /// The value is a finished response that streams.
    pub fn kind<C: Controller>(self) -> Conversion<'a, StreamingResponse<'a, T, F>, Finished>
    where
        T: Payload,
        F: Formats,
    {
        Conversion {
            returned: ReturnedContent {
                content: None,
                value: None,
                stream: Some(F::infos),
            },
            answer: |StreamingResponse { head, events }, reply| {
                let declaration = &reply.metadata.declaration;
                let check = declaration.event_check(head.status, Some(&T::schema_id()));
                Ok(reply.stream::<C::Serializer, T, F>(head, events, check))
            },
            marker: PhantomData,
        }
    }
}

impl ValueType<Response> {
    /// The value is a finished response.
    #[allow(
        clippy::extra_unused_type_parameters,
        reason = "all kinds are asked alike"
    )]
    pub fn kind<'a, C: Controller>(self) -> Conversion<'a, Response, Finished> {
        Conversion {
            returned: ReturnedContent {
                content: None,
                value: None,
                stream: None,
            },
            answer: |response, _| Ok(Returned::Response(response)),
            marker: PhantomData,
        }
    }
}

/// Every other type.
pub trait PlainValue<T> {
    /// The value is the body.
    fn kind<'a, C: Controller>(self) -> Conversion<'a, T, Plain>
    where
        T: Payload;
}

impl<T> PlainValue<T> for ValueType<T> {
    fn kind<'a, C: Controller>(self) -> Conversion<'a, T, Plain>
    where
        T: Payload,
    {
        Conversion {
            returned: ReturnedContent {
                content: Some(SchemaOf::of::<T>()),
                value: None,
                stream: None,
            },
            answer: |value, reply| reply.body::<C::Serializer, T>(&value),
            marker: PhantomData,
        }
    }
}
