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
use futures_util::StreamExt;
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
            return Box::pin(generator(|out| async move {
                let last = begin(&*self, request, &out).await;
                last.break_value().flatten()
            }));
        }
        Box::pin(generator(|out| async move {
            // It takes more memory to answer than to stream. A box gives it back before the stream begins to wait.
            let stream = match Box::pin(begin(&*self, request, &out)).await {
                ControlFlow::Break(last) => return last,
                ControlFlow::Continue(stream) => stream,
            };
            let Metadata { name, ends, .. } = &self.metadata;
            forward(&*self.controller, name, ends, stream, &out).await
        }))
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
}

/// Answers a request: sends everything up to the last part, or up to the stream that follows.
async fn begin<'a, C: Controller, P: Parameters, H: Handler<C, P>>(
    endpoint: &'a Mounted<C, P, H>,
    request: Request,
    out: &Output<Part>,
) -> ControlFlow<Option<Part>, Started<'a>> {
    match respond(endpoint, request).await {
        Answer::Response(response) => ControlFlow::Break(Some(Part::Response(response))),
        Answer::File(head, mut content) => {
            out.send(head.into()).await;
            while let Some(piece) = content.next().await {
                let piece = piece.map_err(|error| {
                    let endpoint = &endpoint.metadata.name;
                    tracing::error!(endpoint, %error, "the file cannot be read");
                    Aborted::new(error)
                });
                out.send(Part::Chunk(piece)).await;
            }
            ControlFlow::Break(None)
        }
        Answer::Stream(head, stream) => {
            out.send(head.into()).await;
            ControlFlow::Continue(stream)
        }
    }
}
