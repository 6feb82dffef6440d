//! Open responses in tests.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use bytes::Bytes;
use dmr_client::{JsonLinesReader, ReadError, SseMessage, SseReader};
use dmr_core::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use futures_util::{Stream, StreamExt, stream};
use serde::de::DeserializeOwned;

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, std::io::Error>>>>;

/// A response whose body is open. A test reads it chunk by chunk, line by line, or event by event.
/// A dropped stream looks to the application like a client that has gone.
///
/// ```
/// # #[derive(serde::Deserialize)]
/// # struct Message { text: String }
/// # async fn example(client: dmr_actix::test::TestClient) {
/// let stream = client.get("/chat/").header("Accept", "text/event-stream").open().await;
/// assert_eq!(stream.status(), 200);
/// let mut events = stream.events::<Message>();
/// let first = events.next().await.unwrap();
/// assert_eq!(first.data.text, "hello");
/// // The client leaves.
/// drop(events);
/// # }
/// ```
pub struct TestStream {
    status: StatusCode,
    headers: HeaderMap,
    chunks: Chunks,
    deadline: Option<Duration>,
}

impl TestStream {
    #[allow(clippy::expect_used, reason = "a test fails by panicking")]
    pub(super) fn new(response: HttpResponse, deadline: Option<Duration>) -> Self {
        let status = StatusCode::from_u16(response.status().as_u16()).expect("a status");
        let mut headers = HeaderMap::new();
        for (name, value) in response.headers() {
            let name = HeaderName::from_bytes(name.as_str().as_bytes());
            let value = HeaderValue::from_bytes(value.as_bytes());
            headers.append(name.expect("a header name"), value.expect("a header value"));
        }
        let mut body = Box::pin(response.into_body());
        let chunks = stream::poll_fn(move |cx| body.as_mut().poll_next(cx));
        let chunks =
            chunks.map(|chunk| chunk.map_err(|error| std::io::Error::other(error.to_string())));
        Self {
            status,
            headers,
            chunks: Box::pin(chunks),
            deadline,
        }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers, including `Content-Type`.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(super) fn into_headers(self) -> HeaderMap {
        self.headers
    }

    /// The next bytes that the application sends. `None` at the end.
    ///
    /// # Panics
    ///
    /// The application aborts the response, or the deadline has passed.
    #[allow(clippy::expect_used, reason = "a test fails by panicking")]
    pub async fn chunk(&mut self) -> Option<Bytes> {
        let chunk = within(self.deadline, self.chunks.next()).await;
        chunk.transpose().expect("the whole body")
    }

    /// Reads JSON Lines.
    pub fn lines<T: DeserializeOwned + 'static>(self) -> TestEvents<T> {
        TestEvents {
            deadline: self.deadline,
            events: Box::pin(JsonLinesReader::new(self.chunks)),
        }
    }

    /// Reads server-sent events with JSON as their data.
    pub fn events<T: DeserializeOwned + 'static>(self) -> TestEvents<SseMessage<T>> {
        TestEvents {
            deadline: self.deadline,
            events: Box::pin(SseReader::new(self.chunks)),
        }
    }

    /// Reads server-sent events with any text as their data.
    pub fn text_events(self) -> TestEvents<SseMessage<String>> {
        TestEvents {
            deadline: self.deadline,
            events: Box::pin(SseReader::text(self.chunks)),
        }
    }
}

impl fmt::Debug for TestStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestStream")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// The lines or events of an open response.
pub struct TestEvents<T> {
    events: Pin<Box<dyn Stream<Item = Result<T, ReadError>>>>,
    deadline: Option<Duration>,
}

impl<T> TestEvents<T> {
    /// The next event. `None` at the end.
    ///
    /// # Panics
    ///
    /// The application aborts the response, the event is not a `T`, or the deadline has passed.
    #[allow(clippy::expect_used, reason = "a test fails by panicking")]
    pub async fn next(&mut self) -> Option<T> {
        self.try_next().await.expect("a whole event")
    }

    /// Like [`next`](Self::next), for tests of broken streams.
    ///
    /// # Errors
    ///
    /// The application aborts the response, or the event is not a `T`.
    ///
    /// # Panics
    ///
    /// The deadline has passed.
    pub async fn try_next(&mut self) -> Result<Option<T>, ReadError> {
        within(self.deadline, self.events.next()).await.transpose()
    }

    /// All events until the end.
    ///
    /// # Panics
    ///
    /// As [`next`](Self::next).
    pub async fn rest(mut self) -> Vec<T> {
        let mut rest = Vec::new();
        while let Some(event) = self.next().await {
            rest.push(event);
        }
        rest
    }
}

impl<T> fmt::Debug for TestEvents<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestEvents").finish_non_exhaustive()
    }
}

/// Waits for a future, up to a deadline.
#[allow(clippy::expect_used, reason = "a test fails by panicking")]
pub(super) async fn within<T>(deadline: Option<Duration>, future: impl Future<Output = T>) -> T {
    match deadline {
        None => future.await,
        Some(deadline) => tokio::time::timeout(deadline, future)
            .await
            .expect("the application answers before the deadline"),
    }
}
