//! One request and its response, as the stream of parts that an adapter sends.
//!
//! This is the file of the erased types. They are not `Send`: a request stays on the worker that took it.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode};
use pin_project_lite::pin_project;

use crate::component::Parameters;
use crate::controller::Controller;
use crate::endpoint::{Metadata, Mounted};
use crate::request::Request;
use crate::respond::{Answer, Handler, Head, respond};
use crate::response::{FileContent, Rendered};
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
            return Box::pin(Ordinary {
                first: Some(async move {
                    match respond(&*self, request).await {
                        Answer::Response(response) => (Some(Part::Response(response)), None),
                        Answer::File(head, content) => {
                            (Some(head.into()), Some(pieces(Arc::clone(&self), content)))
                        }
                        // There is no format for one.
                        Answer::Stream(..) => (None, None),
                    }
                }),
                rest: None,
            });
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

pin_project! {
    /// The parts of a response that is no stream of events.
    struct Ordinary<F> {
        #[pin]
        first: Option<F>,
        rest: Option<Exchange>,
    }
}

impl<F: Future<Output = (Option<Part>, Option<Exchange>)>> Stream for Ordinary<F> {
    type Item = Part;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Part>> {
        let mut this = self.project();
        if let Some(first) = this.first.as_mut().as_pin_mut() {
            let (part, rest) = ready!(first.poll(cx));
            this.first.set(None);
            *this.rest = rest;
            return Poll::Ready(part);
        }
        match this.rest {
            Some(rest) => rest.as_mut().poll_next(cx),
            None => Poll::Ready(None),
        }
    }
}

/// The pieces of a file.
fn pieces(endpoint: Arc<impl Endpoint + 'static>, content: FileContent) -> Exchange {
    Box::pin(content.map(move |piece| {
        Part::Chunk(piece.map_err(|error| {
            let endpoint = &endpoint.metadata().name;
            tracing::error!(endpoint, %error, "the file cannot be read");
            Aborted::new(error)
        }))
    }))
}

/// Answers a request: sends the head of a stream that has begun, or all that there is to send.
async fn begin_stream<'a, C: Controller, P: Parameters, H: Handler<C, P>>(
    endpoint: &'a Arc<Mounted<C, P, H>>,
    request: Request,
    out: &Output<Part>,
) -> Option<Started<'a>> {
    match respond(&**endpoint, request).await {
        Answer::Response(response) => out.send(Part::Response(response)).await,
        Answer::File(head, content) => {
            out.send(head.into()).await;
            let mut pieces = pieces(Arc::clone(endpoint), content);
            while let Some(piece) = pieces.next().await {
                out.send(piece).await;
            }
        }
        Answer::Stream(head, stream) => {
            out.send(head.into()).await;
            return Some(stream);
        }
    }
    None
}
