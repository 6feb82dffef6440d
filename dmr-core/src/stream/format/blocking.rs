//! The format of streams that block a thread.

use std::marker::PhantomData;

use serde::Serialize;

use super::Format;
use crate::serializer::{SerializeError, Serializer};

/// The format `F` for events that come from a blocking iterator: the type of what
/// [`Events::blocking`](crate::stream::Events::blocking) makes.
///
/// Each client of such a stream holds a thread of the blocking pool for as long as it listens. An application with such an
/// endpoint is therefore built only while [`debug`](crate::Settings::debug) is on.
#[derive(Debug)]
pub struct Blocking<F>(PhantomData<F>);

impl<F: Format> Format for Blocking<F> {
    const MEDIA_TYPE: &'static str = F::MEDIA_TYPE;
    const BLOCKING: bool = true;

    fn frame<S: Serializer, T: Serialize + ?Sized>(
        event: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        F::frame::<S, T>(event, out)
    }
}
