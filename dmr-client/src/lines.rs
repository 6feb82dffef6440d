//! A reader of JSON Lines.

use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use futures_core::Stream;
use pin_project_lite::pin_project;
use serde::de::DeserializeOwned;
use tokio_util::codec::{AnyDelimiterCodec, AnyDelimiterCodecError, Decoder};

use crate::{DEFAULT_MAX_ITEM, ReadError};

pin_project! {
    /// Reads the lines of a stream of bytes, each a JSON document. Blank lines are skipped.
    ///
    /// ```
    /// use dmr_client::JsonLinesReader;
    /// use futures_util::{StreamExt, stream};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// // In an application, the body of a response.
    /// let bytes = stream::iter([Ok::<_, std::io::Error>("{\"id\":1}\n{\"i"), Ok("d\":2}\n")]);
    /// let mut lines = JsonLinesReader::<serde_json::Value, _>::new(bytes);
    /// assert_eq!(lines.next().await.unwrap().unwrap()["id"], 1);
    /// assert_eq!(lines.next().await.unwrap().unwrap()["id"], 2);
    /// assert!(lines.next().await.is_none());
    /// # }
    /// ```
    pub struct JsonLinesReader<T, B> {
        #[pin]
        bytes: B,
        codec: AnyDelimiterCodec,
        buffer: BytesMut,
        limit: usize,
        number: u64,
        ended: bool,
        broke_off: bool,
        item: PhantomData<fn() -> T>,
    }
}

impl<T, B> JsonLinesReader<T, B> {
    /// Makes a reader of a stream of bytes, in pieces of any length.
    pub fn new(bytes: B) -> Self {
        Self {
            bytes,
            codec: codec(DEFAULT_MAX_ITEM),
            buffer: BytesMut::new(),
            limit: DEFAULT_MAX_ITEM,
            number: 0,
            ended: false,
            broke_off: false,
            item: PhantomData,
        }
    }

    /// Limits the lines, in bytes. [`DEFAULT_MAX_ITEM`] by default.
    #[must_use]
    pub fn max_line(mut self, bytes: usize) -> Self {
        self.codec = codec(bytes);
        self.limit = bytes;
        self
    }
}

fn codec(limit: usize) -> AnyDelimiterCodec {
    AnyDelimiterCodec::new_with_max_length(b"\n".to_vec(), b"\n".to_vec(), limit)
}

impl<T, B, P, E> Stream for JsonLinesReader<T, B>
where
    T: DeserializeOwned,
    B: Stream<Item = Result<P, E>>,
    P: AsRef<[u8]>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Item = Result<T, ReadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        if *this.broke_off {
            // The rest of a broken line may look like a whole one.
            return Poll::Ready(None);
        }
        loop {
            let decoded = if *this.ended {
                this.codec.decode_eof(this.buffer)
            } else {
                this.codec.decode(this.buffer)
            };
            let line = match decoded {
                Ok(Some(line)) => line,
                Ok(None) if *this.ended => return Poll::Ready(None),
                Ok(None) => {
                    match ready!(this.bytes.as_mut().poll_next(cx)) {
                        Some(Ok(piece)) => this.buffer.extend_from_slice(piece.as_ref()),
                        Some(Err(error)) => {
                            *this.broke_off = true;
                            return Poll::Ready(Some(Err(ReadError::transport(error))));
                        }
                        None => *this.ended = true,
                    }
                    continue;
                }
                Err(AnyDelimiterCodecError::MaxChunkLengthExceeded) => {
                    *this.number += 1;
                    let (number, limit) = (*this.number, *this.limit);
                    return Poll::Ready(Some(Err(ReadError::TooLong { number, limit })));
                }
                Err(AnyDelimiterCodecError::Io(error)) => {
                    *this.broke_off = true;
                    return Poll::Ready(Some(Err(ReadError::transport(error))));
                }
            };
            *this.number += 1;
            if line.trim_ascii().is_empty() {
                continue;
            }
            let number = *this.number;
            let read = serde_json::from_slice(&line);
            return Poll::Ready(Some(
                read.map_err(|source| ReadError::Item { number, source }),
            ));
        }
    }
}

impl<T, B> fmt::Debug for JsonLinesReader<T, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLinesReader")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}
