//! The formats of one endpoint, of which each client gets the one that it prefers.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use super::EventStream;
use super::encode::{Check, Encoder, Frames};
use super::format::{Format, Pings, StreamSchema};
use crate::serializer::Serializer;

/// One [`Format`], or a tuple of several: `(Sse, JsonLines)`. The first one is for clients that have no preference.
pub trait Formats: 'static {
    /// What is known of each format, in order.
    #[doc(hidden)]
    fn list() -> Vec<FormatInfo>;

    /// What writes the events in the format of this position.
    #[doc(hidden)]
    fn frames<'a, S: Serializer, T: Serialize + 'a>(
        position: usize,
        stream: Stream<'a, T>,
    ) -> Box<dyn Frames + 'a>;
}

/// What the endpoint knows of a format.
#[derive(Debug, Clone)]
pub struct FormatInfo {
    /// Its place among the formats of the endpoint.
    pub(crate) position: usize,
    pub(crate) media_type: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) name: &'static str,
    pub(crate) pings: Pings,
    pub(crate) blocking: bool,
    pub(crate) describe: fn(Value, Option<Value>) -> StreamSchema,
}

impl FormatInfo {
    fn of<F: Format>(position: usize) -> Self {
        Self {
            position,
            media_type: F::MEDIA_TYPE,
            aliases: F::ALIASES,
            name: F::NAME,
            pings: F::PINGS,
            blocking: F::BLOCKING,
            describe: F::describe,
        }
    }

    /// Whether the document describes it as one document, and not as a sequence.
    pub(crate) fn is_whole(&self) -> bool {
        matches!((self.describe)(json!({}), None), StreamSchema::Whole(_))
    }
}

/// A stream and what is to be done with it.
#[allow(missing_debug_implementations, reason = "internal")]
pub struct Stream<'a, T> {
    pub(crate) events: EventStream<'a, T>,
    pub(crate) check: Option<Check<'a>>,
    /// What the options say; never, if it is zero.
    pub(crate) ping: Option<Duration>,
}

impl<F: Format> Formats for F {
    fn list() -> Vec<FormatInfo> {
        vec![FormatInfo::of::<F>(0)]
    }

    fn frames<'a, S: Serializer, T: Serialize + 'a>(
        _: usize,
        stream: Stream<'a, T>,
    ) -> Box<dyn Frames + 'a> {
        Box::new(Encoder::<S, T, F>::new(stream))
    }
}

macro_rules! several {
    ($($position:literal $format:ident)*) => {
        impl<$($format: Format),*> Formats for ($($format,)*) {
            fn list() -> Vec<FormatInfo> {
                vec![$(FormatInfo::of::<$format>($position)),*]
            }

            fn frames<'a, S: Serializer, T: Serialize + 'a>(position: usize, stream: Stream<'a, T>) -> Box<dyn Frames + 'a> {
                match position {
                    $($position => <$format as Formats>::frames::<S, T>(0, stream),)*
                    // Positions come from the list.
                    _ => <A as Formats>::frames::<S, T>(0, stream),
                }
            }
        }
    };
}

several!(0 A);
several!(0 A 1 B);
several!(0 A 1 B 2 C);
several!(0 A 1 B 2 C 3 D);
several!(0 A 1 B 2 C 3 D 4 E);
several!(0 A 1 B 2 C 3 D 4 E 5 F);
several!(0 A 1 B 2 C 3 D 4 E 5 F 6 G);
several!(0 A 1 B 2 C 3 D 4 E 5 F 6 G 7 H);
