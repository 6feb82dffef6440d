//! What the targets share.

#![allow(dead_code)]

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{FutureExt, Stream, StreamExt, stream};

/// Bytes in pieces of one length.
pub fn pieces(bytes: &[u8], length: u8) -> impl Stream<Item = Result<Bytes, Infallible>> + use<> {
    let length = usize::from(length.max(1));
    let pieces: Vec<_> = bytes
        .chunks(length)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    stream::iter(pieces)
}

/// All items of a stream that is ready.
pub fn collected<T>(stream: impl Stream<Item = T>) -> Vec<T> {
    stream.collect().now_or_never().expect("it never waits")
}
