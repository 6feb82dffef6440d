//! A reader of server-sent events (WHATWG HTML, 9.2.5 and 9.2.6).

use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::BytesMut;
use futures_core::Stream;
use pin_project_lite::pin_project;
use serde::de::DeserializeOwned;

use crate::sse_parser::{ParsedEvent, SseParser};
use crate::{DEFAULT_MAX_ITEM, ReadError};

/// An event as a client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SseMessage<T> {
    /// The name. `message` if the server sets none.
    pub event: String,
    /// The id of the newest event that had one. Empty if there was none. A client that resumes
    /// sends it as `Last-Event-ID`.
    pub id: String,
    /// The data of the event.
    pub data: T,
}

impl SseMessage<String> {
    /// Reads the data as JSON.
    ///
    /// # Errors
    ///
    /// The data is not JSON, or not a `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.data)
    }
}

pin_project! {
    /// Reads the events of a stream of bytes. Their data is read as JSON, or as [text](Self::text).
    ///
    /// It follows the algorithm of the WHATWG for `EventSource`. An event that is incomplete at the
    /// end of the bytes is dropped.
    ///
    /// ```
    /// use dmr_client::SseReader;
    /// use futures_util::{StreamExt, stream};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let bytes = stream::iter([Ok::<_, std::io::Error>("event: added\r\nid: 7\r\ndata: {\"a\":1}\r\n\r\n")]);
    /// let mut events = SseReader::<serde_json::Value, _>::new(bytes);
    /// let added = events.next().await.unwrap().unwrap();
    /// assert_eq!((added.event.as_str(), added.id.as_str()), ("added", "7"));
    /// assert_eq!(added.data["a"], 1);
    /// # }
    /// ```
    pub struct SseReader<T, B> {
        #[pin]
        bytes: B,
        buffer: BytesMut,
        parser: SseParser,
        read: fn(SseMessage<String>) -> Result<SseMessage<T>, serde_json::Error>,
        number: u64,
        ended: bool,
        item: PhantomData<fn() -> T>,
    }
}

impl<T: DeserializeOwned, B> SseReader<T, B> {
    /// Makes a reader of a stream of bytes. The data of each event is read as JSON.
    pub fn new(bytes: B) -> Self {
        Self::reading(bytes, |message| {
            Ok(SseMessage {
                data: message.json()?,
                event: message.event,
                id: message.id,
            })
        })
    }
}

impl<B> SseReader<String, B> {
    /// Makes a reader of a stream of bytes. The data of each event stays text.
    pub fn text(bytes: B) -> Self {
        Self::reading(bytes, Ok)
    }
}

impl<T, B> SseReader<T, B> {
    fn reading(
        bytes: B,
        read: fn(SseMessage<String>) -> Result<SseMessage<T>, serde_json::Error>,
    ) -> Self {
        Self {
            bytes,
            buffer: BytesMut::new(),
            parser: SseParser::new(DEFAULT_MAX_ITEM),
            read,
            number: 0,
            ended: false,
            item: PhantomData,
        }
    }

    /// Limits the data of an event, and each line, in bytes. [`DEFAULT_MAX_ITEM`] by default.
    #[must_use]
    pub fn max_event(mut self, bytes: usize) -> Self {
        self.parser.set_limit(bytes);
        self
    }

    /// The id of the newest event that had one, even an event without data. Empty if there was
    /// none.
    pub fn last_event_id(&self) -> &str {
        self.parser.last_event_id()
    }

    /// The time to wait before reconnecting, if the server has set it.
    pub fn retry(&self) -> Option<Duration> {
        self.parser.retry()
    }
}

impl<T, B, P, E> Stream for SseReader<T, B>
where
    B: Stream<Item = Result<P, E>>,
    P: AsRef<[u8]>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Item = Result<SseMessage<T>, ReadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        loop {
            if *this.ended {
                return Poll::Ready(None);
            }
            if let Some(parsed) = this.parser.next(this.buffer) {
                *this.number += 1;
                let number = *this.number;
                return Poll::Ready(Some(match parsed {
                    Ok(event) => (this.read)(message(event, this.parser.last_event_id()))
                        .map_err(|source| ReadError::Item { number, source }),
                    Err(_) => Err(ReadError::TooLong {
                        number,
                        limit: this.parser.limit(),
                    }),
                }));
            }
            match ready!(this.bytes.as_mut().poll_next(cx)) {
                Some(Ok(piece)) => this.buffer.extend_from_slice(piece.as_ref()),
                Some(Err(error)) => {
                    *this.ended = true;
                    return Poll::Ready(Some(Err(ReadError::transport(error))));
                }
                None => *this.ended = true,
            }
        }
    }
}

/// An event as a client sees it.
fn message(event: ParsedEvent, last_event_id: &str) -> SseMessage<String> {
    let name = match event.event.is_empty() {
        true => "message".to_owned(),
        false => event.event,
    };
    SseMessage {
        event: name,
        id: last_event_id.to_owned(),
        data: event.data,
    }
}

impl<T, B> fmt::Debug for SseReader<T, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SseReader")
            .field("number", &self.number)
            .field("last_event_id", &self.parser.last_event_id())
            .finish_non_exhaustive()
    }
}
