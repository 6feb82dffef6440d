//! The format of streams that block a thread.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::{Format, Pings, StreamSchema};
use crate::serializer::{SerializeError, Serializer};

/// The format `F` for events from a blocking iterator.
/// [`Events::blocking`](crate::stream::Events::blocking) makes such streams.
///
/// Each client of such a stream holds a thread of the blocking pool for as long as it listens. So
/// an application with such an endpoint is built only if [`debug`](crate::Settings::debug) is on.
#[derive(Debug, Default)]
pub struct Blocking<F>(F);

impl<F: Format> Format for Blocking<F> {
    const MEDIA_TYPE: &'static str = F::MEDIA_TYPE;
    const NAME: &'static str = F::NAME;
    const PINGS: Pings = F::PINGS;
    const BLOCKING: bool = true;

    fn content_type(&self) -> Cow<'static, str> {
        self.0.content_type()
    }

    inner_frames!();

    fn error<S: Serializer, T: Serialize + ?Sized>(
        &mut self,
        error: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError> {
        self.0.error::<S, T>(error, out)
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.0.end(out);
    }

    fn describe(item: Value, error: Option<Value>) -> StreamSchema {
        F::describe(item, error)
    }
}
