//! A parser of server-sent events (WHATWG HTML, 9.2.5 and 9.2.6).

use std::time::Duration;

use bytes::{Buf, BytesMut};

/// Parses server-sent events out of bytes that arrive in pieces of any length. It follows the
/// algorithm of the WHATWG for `EventSource`: an event without data is not an event, comments and
/// unknown fields are ignored.
///
/// [`SseReader`](crate::SseReader) reads a stream of bytes with it.
///
/// ```
/// use bytes::BytesMut;
/// use dmr_client::SseParser;
///
/// let mut parser = SseParser::new(1024);
/// let mut bytes = BytesMut::from("event: added\ndata: 1\n\ndata: 2");
/// let added = parser.next(&mut bytes).unwrap().unwrap();
/// assert_eq!((added.event.as_str(), added.data.as_str()), ("added", "1"));
/// assert!(parser.next(&mut bytes).is_none());
/// // The second event was cut off.
/// assert!(parser.finish(&mut bytes).is_some());
/// ```
#[derive(Debug)]
pub struct SseParser {
    /// The number of bytes that are known to have no line break.
    searched: usize,
    /// Whether the last line ended with a carriage return. A line feed then belongs to it.
    after_return: bool,
    begun: bool,
    event: ParsedEvent,
    has_data: bool,
    last_event_id: String,
    retry: Option<Duration>,
    limit: usize,
    /// Whether the event has too many bytes.
    too_long: bool,
}

/// The fields of one event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ParsedEvent {
    /// The name. Empty if the event sets none.
    pub event: String,
    /// The data, with line feeds between its lines.
    pub data: String,
    /// The id that the event sets.
    pub id: Option<String>,
    /// The time to wait before reconnecting that the event sets.
    pub retry: Option<Duration>,
    /// Whether bytes that are not UTF-8 were replaced with U+FFFD, as the WHATWG requires.
    pub is_replaced: bool,
}

/// The reason why an event was not parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SseError {
    /// The data of the event, or one of its lines, has more bytes than allowed.
    #[error("the event is too long")]
    TooLong,
    /// The bytes end before the empty line that ends the event.
    #[error("the event was cut off")]
    CutOff,
}

impl SseParser {
    /// Makes a parser that limits the data of an event, and each line, in bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            searched: 0,
            after_return: false,
            begun: false,
            event: ParsedEvent::default(),
            has_data: false,
            last_event_id: String::new(),
            retry: None,
            limit,
            too_long: false,
        }
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    pub(crate) fn set_limit(&mut self, bytes: usize) {
        self.limit = bytes;
    }

    /// The id of the newest event that had one, even an event without data. Empty if there was
    /// none.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// The time to wait before reconnecting, if an event has set it.
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Takes the next event out of the bytes. `None` if more bytes are needed: append them to the
    /// same buffer. At most one line remains in the buffer.
    ///
    /// # Errors
    ///
    /// The event is [too long](SseError::TooLong). The next call goes on after it.
    pub fn next(&mut self, bytes: &mut BytesMut) -> Option<Result<ParsedEvent, SseError>> {
        loop {
            if self.after_return && !bytes.is_empty() {
                if bytes[0] == b'\n' {
                    bytes.advance(1);
                }
                self.after_return = false;
            }
            let Some(end) = memchr::memchr2(b'\r', b'\n', &bytes[self.searched..]) else {
                self.searched = bytes.len();
                if self.searched > self.limit {
                    // Skip the rest of the line too: turn it into a comment.
                    self.too_long = true;
                    bytes.clear();
                    bytes.extend_from_slice(b":");
                    self.searched = 1;
                }
                return None;
            };
            let line = bytes.split_to(self.searched + end);
            self.after_return = bytes[0] == b'\r';
            bytes.advance(1);
            self.searched = 0;
            if let Some(ended) = self.line(&line) {
                return Some(ended);
            }
        }
    }

    /// Ends the bytes. The WHATWG drops an event that is incomplete; a reader that must not lose
    /// one gets the error.
    pub fn finish(&mut self, rest: &mut BytesMut) -> Option<SseError> {
        let is_line = rest.first().is_some_and(|byte| *byte != b':');
        let error = match (self.too_long, self.has_data || is_line) {
            (true, _) => Some(SseError::TooLong),
            (false, true) => Some(SseError::CutOff),
            (false, false) => None,
        };
        rest.clear();
        *self = Self::new(self.limit);
        error
    }

    fn line(&mut self, line: &[u8]) -> Option<Result<ParsedEvent, SseError>> {
        let text = String::from_utf8_lossy(line);
        self.event.is_replaced |= matches!(text, std::borrow::Cow::Owned(_));
        let mut line = &*text;
        if !std::mem::replace(&mut self.begun, true) {
            line = line.strip_prefix('\u{feff}').unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        let event = &mut self.event;
        match field {
            "event" => value.clone_into(&mut event.event),
            "data" if event.data.len() + value.len() > self.limit => self.too_long = true,
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    event.data.push('\n');
                }
                event.data.push_str(value);
            }
            "id" if !value.contains('\0') => {
                event.id = Some(value.to_owned());
                value.clone_into(&mut self.last_event_id);
            }
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                event.retry = value.parse().ok().map(Duration::from_millis);
                self.retry = event.retry;
            }
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Result<ParsedEvent, SseError>> {
        let event = std::mem::take(&mut self.event);
        let has_data = std::mem::take(&mut self.has_data);
        if std::mem::take(&mut self.too_long) {
            return Some(Err(SseError::TooLong));
        }
        has_data.then_some(Ok(event))
    }
}
