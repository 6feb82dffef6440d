//! One request and its response, as the stream of parts that an adapter sends.
//!
//! This is the file of the erased types. They are not `Send`: a request stays on the worker that took it.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::future::{Either, FutureExt, Ready, ready};
use futures_util::stream::{self, Once, StreamExt};
use http::{HeaderMap, StatusCode};

use crate::component::Parameters;
use crate::controller::Controller;
use crate::endpoint::{Metadata, Mounted};
use crate::request::Request;
use crate::respond::{Answer, Handler, Head, respond};
use crate::response::Rendered;
use crate::stream::{Output, Started, forward, generator};

/// What an adapter sends for a request, in order: one [`Response`](Part::Response), or a [`Head`](Part::Head) and then
/// [`Chunk`](Part::Chunk)s.
pub type Exchange = Pin<Box<dyn Stream<Item = Part>>>;

/// A part of a response.
#[derive(Debug)]
pub enum Part {
    /// The whole response.
    Response(Rendered),
    /// The head of a stream or a file.
    Head {
        /// The status.
        status: StatusCode,
        /// The value of `Content-Type`.
        media_type: Cow<'static, str>,
        /// All other headers.
        headers: HeaderMap,
        /// How many bytes follow, if that is known: the value of `Content-Length`.
        length: Option<u64>,
    },
    /// Bytes of the body. An error aborts the connection, so that the client can tell that the body is not complete.
    Chunk(Result<Bytes, Aborted>),
}

impl From<Head> for Part {
    fn from(head: Head) -> Self {
        let Head {
            status,
            media_type,
            headers,
            length,
        } = head;
        Self::Head {
            status,
            media_type,
            headers,
            length,
        }
    }
}

/// Why a stream was aborted. It has been logged.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Aborted(Box<dyn StdError + Send + Sync>);

impl Aborted {
    pub(crate) fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// An endpoint whose types are forgotten.
pub(crate) trait Endpoint: Send + Sync {
    fn exchange(self: Arc<Self>, request: Request) -> Exchange;

    fn metadata(&self) -> &Metadata;
}

impl<C: Controller, P: Parameters, H: Handler<C, P>> Endpoint for Mounted<C, P, H> {
    /// The stream owns the controller, so that events may borrow it, and drops everything when it is dropped itself:
    /// when the client goes away.
    fn exchange(self: Arc<Self>, request: Request) -> Exchange {
        if self.metadata.offers.formats.is_empty() {
            let parts = async move {
                let begun = begin(&self, request).await;
                stream::iter(begun.break_value()).flatten()
            };
            return Box::pin(parts.flatten_stream());
        }
        Box::pin(generator(|out| async move {
            // It takes more memory to answer than to stream. A box gives it back before the stream begins to wait.
            let stream = Box::pin(begin_stream(&self, request, &out)).await?;
            let Metadata { name, ends, .. } = &self.metadata;
            forward(&*self.controller, name, ends, stream, &out).await
        }))
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
}

/// The parts of a response that is no stream of events.
type Parts = Either<Once<Ready<Part>>, Exchange>;

/// Answers a request: with all parts, or with a stream that has begun.
async fn begin<'a, C: Controller, P: Parameters, H: Handler<C, P>>(
    endpoint: &'a Arc<Mounted<C, P, H>>,
    request: Request,
) -> ControlFlow<Parts, (Head, Started<'a>)> {
    match respond(&**endpoint, request).await {
        Answer::Response(response) => {
            let part = Part::Response(response);
            ControlFlow::Break(Either::Left(stream::once(ready(part))))
        }
        Answer::File(head, content) => {
            let endpoint = Arc::clone(endpoint);
            let pieces = content.map(move |piece| {
                Part::Chunk(piece.map_err(|error| {
                    let endpoint = &endpoint.metadata.name;
                    tracing::error!(endpoint, %error, "the file cannot be read");
                    Aborted::new(error)
                }))
            });
            let parts = stream::once(ready(head.into())).chain(pieces);
            ControlFlow::Break(Either::Right(Box::pin(parts)))
        }
        Answer::Stream(head, stream) => ControlFlow::Continue((head, stream)),
    }
}

/// Answers a request: sends the head of a stream that has begun, or all that there is to send.
async fn begin_stream<'a, C: Controller, P: Parameters, H: Handler<C, P>>(
    endpoint: &'a Arc<Mounted<C, P, H>>,
    request: Request,
    out: &Output<Part>,
) -> Option<Started<'a>> {
    match begin(endpoint, request).await {
        ControlFlow::Continue((head, stream)) => {
            out.send(head.into()).await;
            Some(stream)
        }
        ControlFlow::Break(mut parts) => {
            while let Some(part) = parts.next().await {
                out.send(part).await;
            }
            None
        }
    }
}
