//! Helpers of the framing tests and of the fuzz targets.

#![allow(dead_code, reason = "not every fuzz target needs all of it")]

use std::convert::Infallible;

use bytes::Bytes;
use dmr::serializer::SerdeJson;
use dmr::stream::format::Format;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use serde::Serialize;

/// Bytes in pieces of one length, which is 1 at least.
pub(crate) fn pieces(
    bytes: &[u8],
    length: usize,
) -> impl Stream<Item = Result<Bytes, Infallible>> + use<> {
    let pieces: Vec<_> = bytes
        .chunks(length.max(1))
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    stream::iter(pieces)
}

/// All items of a stream that is never pending.
pub(crate) fn collected<T>(stream: impl Stream<Item = T>) -> Vec<T> {
    stream.collect().now_or_never().expect("it never waits")
}

/// The bytes of a stream, and its format at the end.
pub(crate) fn framed<F: Format, T: Serialize>(items: &[T]) -> (F, Vec<u8>) {
    let mut format = F::default();
    let mut out = Vec::new();
    for item in items {
        format
            .frame::<SerdeJson, _>(item, &mut out)
            .expect("it is written");
    }
    format.end(&mut out);
    (format, out)
}
