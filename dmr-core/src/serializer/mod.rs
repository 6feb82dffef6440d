//! Formats of bodies: the traits [`Renderer`] and [`Parser`], and their implementations.

mod erased;
mod finite;
mod from_value;
mod json;
#[cfg(feature = "msgpack")]
mod message_pack;
mod parsers;
mod renderers;
#[cfg(feature = "sonic")]
mod sonic;
mod strict;
mod value;

use serde::Serialize;
use serde::de::DeserializeSeed;
use serde_json::Value;

pub(crate) use erased::ErasedParser;
pub(crate) use finite::is_finite;
pub(crate) use from_value::{from_value, read_sample};
pub use json::{ProblemJson, SerdeJson};
#[cfg(feature = "msgpack")]
pub use message_pack::MessagePack;
pub(crate) use parsers::{AnyParser, parse_json};
pub use parsers::{Form, IntoParser, Multipart, Parsers};
pub(crate) use renderers::AnyRenderer;
pub use renderers::Renderers;
#[cfg(feature = "sonic")]
pub use sonic::SonicJson;
use value::UniqueMembers;

/// A format of responses. It turns values into the bytes of bodies.
///
/// The option `renderers` lists the formats of an endpoint. [`Parser`] is the other direction.
///
/// ```
/// use dmr_core::serializer::{Renderer, SerdeJson};
///
/// let mut body = Vec::new();
/// SerdeJson.render(&[1, 2, 3], &mut body).unwrap();
/// assert_eq!(body, b"[1,2,3]");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a renderer",
    label = "cannot write a response body",
    note = "implement `Renderer`, or use `SerdeJson`"
)]
pub trait Renderer: Send + Sync + 'static {
    /// The media type of a body, such as `application/json`.
    fn media_type(&self) -> &'static str;

    /// Appends `value` to `out`.
    ///
    /// # Errors
    ///
    /// The value has no representation in the format, such as a map with keys that are not strings
    /// in JSON.
    fn render<T: Serialize + ?Sized>(
        &self,
        value: &T,
        out: &mut Vec<u8>,
    ) -> Result<(), SerializeError>;

    /// Whether the output never has a line break (CR or LF). If it may, streams of JSON on lines
    /// search it, and replace line breaks with blanks.
    fn is_one_line(&self) -> bool {
        false
    }
}

/// A format of requests. It turns the bytes of bodies into values.
///
/// The option `parsers` lists the formats of an endpoint.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a parser",
    label = "cannot read a request body",
    note = "implement `Parser`, or use `SerdeJson`, `Form` or `Multipart`"
)]
pub trait Parser: Send + Sync + 'static {
    /// The media type of a body. It may be a wildcard, such as `application/*`, with a weight that
    /// decides among wildcards: `*/*;q=0.5`.
    fn media_type(&self) -> &'static str;

    /// Reads a body. Most formats have a deserializer, and pass it to `seed.deserialize(…)`.
    ///
    /// # Errors
    ///
    /// The body is not of the format, or the type cannot be read from it.
    fn parse<'de, S: DeserializeSeed<'de>>(
        &self,
        body: &'de [u8],
        seed: S,
    ) -> Result<S::Value, ParseError>;

    /// Reads a body as a JSON value. The value is checked against the published schema, and read
    /// into the type of the endpoint. By default, duplicate members are refused.
    ///
    /// # Errors
    ///
    /// The body is not of the format.
    fn value(&self, body: &[u8]) -> Result<Value, ParseError> {
        self.parse(body, UniqueMembers)
    }

    /// Whether all values of the format are text, as in XML. They are then converted to the types
    /// of the schema: `"5"` becomes 5. In other formats, `"5"` is not a number.
    fn is_text(&self) -> bool {
        false
    }
}

/// A format for both directions. A controller uses it unless its options name other formats.
///
/// Every type that is a [`Renderer`], a [`Parser`] and `Default` is a `Serializer`.
pub trait Serializer: Renderer + Parser + Default {}

impl<S: Renderer + Parser + Default> Serializer for S {}

/// Converts tuples of up to six members into a list.
macro_rules! from_tuples {
    ($list:ident, $bound:ident, $member:ident) => {
        from_tuples!(@ $list, $bound, $member: A B C D E F);
    };
    (@ $list:ident, $bound:ident, $member:ident: $($name:ident)*) => {
        impl<$($name: $bound),*> From<($($name,)*)> for $list {
            #[allow(non_snake_case, reason = "the names are those of the type parameters")]
            fn from(($($name,)*): ($($name,)*)) -> Self {
                Self(vec![$($member::new($name)),*])
            }
        }
        from_tuples!(@rest $list, $bound, $member: $($name)*);
    };
    (@rest $list:ident, $bound:ident, $member:ident: $first:ident $($name:ident)*) => {
        from_tuples!(@ $list, $bound, $member: $($name)*);
    };
    (@rest $list:ident, $bound:ident, $member:ident:) => {};
}
pub(crate) use from_tuples;

/// The error of a value that a [`Renderer`] cannot write.
#[derive(Debug, thiserror::Error)]
#[error("cannot serialize the value: {0}")]
pub struct SerializeError(Box<dyn std::error::Error + Send + Sync>);

impl SerializeError {
    /// Wraps the error of the underlying library.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// The error of a body that a [`Parser`] cannot read. The client sees its text.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ParseError(Box<dyn std::error::Error + Send + Sync>);

impl ParseError {
    /// Wraps the error of the underlying library.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}
