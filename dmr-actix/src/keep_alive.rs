//! `Connection: keep-alive` in the head of a stream.
//!
//! actix-http removes `Connection` from the headers of every response and writes only what HTTP/1.1
//! requires: nothing for a connection that is kept. But proxies that speak HTTP/1.0 look for the
//! header, and the published document lists it. So the response has a stand-in of the same length.
//! dmr's server wraps the connection, which writes the real name in its place.
//!
//! Other servers do not send the header. Nothing is lost: HTTP/1.1 keeps connections by default.

use std::cell::Cell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::ConnectionType;
use actix_rt::net::{ActixStream, Ready, TcpStream};
use actix_web::HttpRequest;
use actix_web::http::Version;
use actix_web::http::header::{CONNECTION, HeaderMap, HeaderName, HeaderValue};
use memchr::memmem;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The bytes of the stand-in in a head, and their replacement. Both have the same length, so the
/// other bytes do not move.
const STAND_IN: &[u8] = b"\r\ndmr-link--: keep-alive\r\n";
const ANNOUNCED: &[u8] = b"\r\nconnection: keep-alive\r\n";
const STAND_IN_NAME: HeaderName = HeaderName::from_static("dmr-link--");

/// The number of heads with the stand-in that are not written yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pending(Rc<Cell<usize>>);

/// Lets the connection of the request write `Connection: keep-alive`, if it is dmr's.
pub(crate) fn announce(request: &HttpRequest, headers: &mut HeaderMap) {
    headers.remove(CONNECTION);
    // For HTTP/1.0, actix itself sends the header. A client that sends `Connection: close` does not
    // get it.
    let is_kept = request.head().connection_type() == ConnectionType::KeepAlive;
    if request.version() != Version::HTTP_11 || !is_kept {
        return;
    }
    if let Some(Pending(count)) = request.conn_data::<Pending>() {
        count.set(count.get() + 1);
        headers.insert(STAND_IN_NAME, HeaderValue::from_static("keep-alive"));
    }
}

/// A connection of dmr's server.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    pending: Pending,
    /// The rest of [`ANNOUNCED`], if only its beginning could be written.
    rest: &'static [u8],
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            pending: Pending::default(),
            rest: &[],
        }
    }

    pub(crate) fn pending(&self) -> Pending {
        self.pending.clone()
    }

    /// Writes `buffer` with the real name in place of the first stand-in.
    fn poll_write_announced(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let stream = Pin::new(&mut self.stream);
        if !self.rest.is_empty() {
            let written = std::task::ready!(stream.poll_write(cx, self.rest))?;
            self.rest = &self.rest[written..];
            return Poll::Ready(Ok(written));
        }
        let Some(start) = memmem::find(buffer, STAND_IN) else {
            return stream.poll_write(cx, buffer);
        };
        let rest = &buffer[start + STAND_IN.len()..];
        // A second head, of a pipelined request, is left for the next write.
        let rest = &rest[..memmem::find(rest, STAND_IN).unwrap_or(rest.len())];
        let parts = [
            IoSlice::new(&buffer[..start]),
            IoSlice::new(ANNOUNCED),
            IoSlice::new(rest),
        ];
        let written = std::task::ready!(stream.poll_write_vectored(cx, &parts))?;
        if written > start {
            self.pending.0.set(self.pending.0.get() - 1);
            self.rest = ANNOUNCED.get(written - start..).unwrap_or_default();
        }
        Poll::Ready(Ok(written))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.pending.0.get() == 0 && self.rest.is_empty() {
            return Pin::new(&mut self.stream).poll_write(cx, buffer);
        }
        self.poll_write_announced(cx, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl ActixStream for Connection {
    fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_read_ready(&self.stream, cx)
    }

    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_write_ready(&self.stream, cx)
    }
}
