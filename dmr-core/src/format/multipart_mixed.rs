//! The format for parts of different types.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde_json::Value;

use super::body_part::{self, ApplicationJson, MediaType, PartWriter};
use super::{Format, StreamSchema, either, write_json};
use crate::serializer::{SerializeError, Serializer};

/// `multipart/mixed` (RFC 2046, 5.1.3): each event is a part with its own type and length. A
/// [`BodyPart`](crate::stream::BodyPart) carries any bytes; every other event is a part of the type
/// `application/json`. An enum with `#[serde(untagged)]` mixes them.
///
/// `P` lists the media types of the first parts, if they are fixed:
/// `MultipartMixed<(ApplicationJson, Png)>` begins with JSON and an image. The document lists them
/// in `prefixEncoding`. A stream that begins with other parts is aborted.
pub struct MultipartMixed<P = ()> {
    boundary: String,
    /// The part that is being written. Its length has to be written before it.
    json: Vec<u8>,
    parts: usize,
    first: PhantomData<fn() -> P>,
}

/// The media types of the first parts of a [`MultipartMixed`] stream, in order: a tuple of up to
/// eight [`MediaType`](crate::stream::MediaType)s.
pub trait FirstParts: 'static {
    #[doc(hidden)]
    const MEDIA_TYPES: &'static [&'static str];
}

macro_rules! first_parts {
    ($($part:ident)*) => {
        impl<$($part: MediaType),*> FirstParts for ($($part,)*) {
            const MEDIA_TYPES: &'static [&'static str] = &[$($part::MEDIA_TYPE),*];
        }
    };
}

first_parts!();
first_parts!(A);
first_parts!(A B);
first_parts!(A B C);
first_parts!(A B C D);
first_parts!(A B C D E);
first_parts!(A B C D E F);
first_parts!(A B C D E F G);
first_parts!(A B C D E F G H);

impl<P> Default for MultipartMixed<P> {
    /// Makes a random boundary for each response, so nobody can smuggle the boundary into a part.
    fn default() -> Self {
        Self {
            boundary: format!("{:032x}", rand::random::<u128>()),
            json: Vec::new(),
            parts: 0,
            first: PhantomData,
        }
    }
}

impl<P> fmt::Debug for MultipartMixed<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MultipartMixed")
            .field("boundary", &self.boundary)
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}

impl<P: FirstParts> Format for MultipartMixed<P> {
    const MEDIA_TYPE: &'static str = "multipart/mixed";
    const NAME: &'static str = "multipart";

    fn content_type(&self) -> Cow<'static, str> {
        format!("{}; boundary={}", Self::MEDIA_TYPE, self.boundary).into()
    }

    fn frame<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        let expected = P::MEDIA_TYPES.get(self.parts).copied();
        let mut part = PartWriter::new(&self.boundary, expected, out);
        if !part.write(event)? {
            self.json.clear();
            write_json::<S, T>(event, &mut self.json)?;
            part.part(ApplicationJson::MEDIA_TYPE, &self.json)?;
        }
        self.parts += 1;
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        for piece in ["--", &self.boundary, "--\r\n"] {
            out.extend_from_slice(piece.as_bytes());
        }
    }

    fn describe(item: Value, error: Option<Value>) -> StreamSchema {
        let mut media_types = Vec::new();
        StreamSchema::Parts {
            item: body_part::described(either(item, error), &mut media_types),
            first: P::MEDIA_TYPES.to_vec(),
            others: media_types.join(", ").into(),
        }
    }
}
