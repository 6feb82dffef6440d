//! A reader of server-sent events (WHATWG HTML, 9.2.5 and 9.2.6).

use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use futures_core::Stream;
use pin_project_lite::pin_project;
use serde::de::DeserializeOwned;

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

/// A parser for lines that arrive in pieces of any length.
#[derive(Debug)]
struct Parser {
    buffer: BytesMut,
    /// The number of bytes of the buffer that are known to have no line break.
    searched: usize,
    /// Whether the last line ended with a carriage return. A line feed then belongs to it.
    after_return: bool,
    begun: bool,
    event: String,
    data: String,
    has_data: bool,
    id: String,
    retry: Option<Duration>,
    limit: usize,
    /// Whether the event has too many bytes.
    too_long: bool,
}

/// The result of a line.
enum Parsed {
    Event(SseMessage<String>),
    TooLong,
    Nothing,
}

impl Parser {
    fn new(limit: usize) -> Self {
        Self {
            buffer: BytesMut::new(),
            searched: 0,
            after_return: false,
            begun: false,
            event: String::new(),
            data: String::new(),
            has_data: false,
            id: String::new(),
            retry: None,
            limit,
            too_long: false,
        }
    }

    fn push(&mut self, piece: &[u8]) {
        self.buffer.extend_from_slice(piece);
    }

    /// The next event in the buffer.
    fn next(&mut self) -> Option<Parsed> {
        loop {
            if self.after_return && !self.buffer.is_empty() {
                if self.buffer[0] == b'\n' {
                    self.buffer.advance(1);
                }
                self.after_return = false;
            }
            let Some(end) = memchr::memchr2(b'\r', b'\n', &self.buffer[self.searched..]) else {
                self.searched = self.buffer.len();
                if self.searched > self.limit {
                    // Skip the rest of the line too: turn it into a comment.
                    self.too_long = true;
                    self.buffer.clear();
                    self.buffer.extend_from_slice(b":");
                    self.searched = 1;
                }
                return None;
            };
            let line = self.buffer.split_to(self.searched + end);
            self.after_return = self.buffer[0] == b'\r';
            self.buffer.advance(1);
            self.searched = 0;
            match self.line(&line) {
                Parsed::Nothing => {}
                parsed => return Some(parsed),
            }
        }
    }

    fn line(&mut self, line: &[u8]) -> Parsed {
        let line = String::from_utf8_lossy(line);
        let mut line = &*line;
        if !std::mem::replace(&mut self.begun, true) {
            line = line.strip_prefix('\u{feff}').unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "data" if self.data.len() + value.len() > self.limit => self.too_long = true,
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().map(Duration::from_millis);
            }
            _ => {}
        }
        Parsed::Nothing
    }

    fn dispatch(&mut self) -> Parsed {
        let event = std::mem::take(&mut self.event);
        let data = std::mem::take(&mut self.data);
        let has_data = std::mem::take(&mut self.has_data);
        if std::mem::take(&mut self.too_long) {
            return Parsed::TooLong;
        }
        if !has_data {
            return Parsed::Nothing;
        }
        Parsed::Event(SseMessage {
            event: if event.is_empty() {
                "message".to_owned()
            } else {
                event
            },
            id: self.id.clone(),
            data,
        })
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
        parser: Parser,
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
            parser: Parser::new(DEFAULT_MAX_ITEM),
            read,
            number: 0,
            ended: false,
            item: PhantomData,
        }
    }

    /// Limits the data of an event, and each line, in bytes. [`DEFAULT_MAX_ITEM`] by default.
    #[must_use]
    pub fn max_event(mut self, bytes: usize) -> Self {
        self.parser.limit = bytes;
        self
    }

    /// The id of the newest event that had one, even an event without data. Empty if there was
    /// none.
    pub fn last_event_id(&self) -> &str {
        &self.parser.id
    }

    /// The time to wait before reconnecting, if the server has set it.
    pub fn retry(&self) -> Option<Duration> {
        self.parser.retry
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
            if let Some(parsed) = this.parser.next() {
                *this.number += 1;
                let number = *this.number;
                return Poll::Ready(Some(match parsed {
                    Parsed::Event(message) => {
                        (this.read)(message).map_err(|source| ReadError::Item { number, source })
                    }
                    _ => Err(ReadError::TooLong {
                        number,
                        limit: this.parser.limit,
                    }),
                }));
            }
            match ready!(this.bytes.as_mut().poll_next(cx)) {
                Some(Ok(piece)) => this.parser.push(piece.as_ref()),
                Some(Err(error)) => {
                    *this.ended = true;
                    return Poll::Ready(Some(Err(ReadError::transport(error))));
                }
                None => *this.ended = true,
            }
        }
    }
}

impl<T, B> fmt::Debug for SseReader<T, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SseReader")
            .field("number", &self.number)
            .field("last_event_id", &self.parser.id)
            .finish_non_exhaustive()
    }
}
