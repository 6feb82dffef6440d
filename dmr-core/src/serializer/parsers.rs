//! [`Parsers`]: the value of the option `parsers`.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::erased::ErasedParser;
use super::strict::Strict;
use super::{ParseError, Parser, SerdeJson, from_tuples};

/// The formats of requests, the preferred one first: the value of the option `parsers`.
///
/// A tuple or an array converts into it. If it is empty, the next level outwards decides.
///
/// ```
/// use dmr_core::serializer::{Form, Multipart, Parsers, SerdeJson};
///
/// let parsers = Parsers::from((SerdeJson, Form, Multipart));
/// # let _ = parsers;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a list of parsers does nothing until it is an option"]
pub struct Parsers(pub(crate) Vec<AnyParser>);

/// Forms in the default encoding of browsers: `application/x-www-form-urlencoded`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form;

/// Forms with files: `multipart/form-data` (RFC 7578).
#[derive(Debug, Clone, Copy, Default)]
pub struct Multipart;

/// A member of [`Parsers`]: every [`Parser`], [`Form`] and [`Multipart`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a parser",
    label = "cannot read a request body",
    note = "implement `Parser`, or list `SerdeJson`, `Form` or `Multipart`"
)]
pub trait IntoParser {
    /// Erases the type.
    #[doc(hidden)]
    fn into_parser(self, _: Private) -> AnyParser;
}

/// Keeps other crates from calling `into_parser`.
#[allow(
    unreachable_pub,
    missing_debug_implementations,
    reason = "seals `IntoParser`"
)]
pub struct Private(());

impl<P: Parser> IntoParser for P {
    fn into_parser(self, _: Private) -> AnyParser {
        AnyParser::Format(Arc::new(self))
    }
}

impl IntoParser for Form {
    fn into_parser(self, _: Private) -> AnyParser {
        AnyParser::Form
    }
}

impl IntoParser for Multipart {
    fn into_parser(self, _: Private) -> AnyParser {
        AnyParser::Multipart
    }
}

/// A parser whose type is erased. The schema of the model guides the reading of forms.
#[derive(Clone)]
#[allow(unreachable_pub, reason = "in the signature of a sealed method")]
pub enum AnyParser {
    Format(Arc<dyn ErasedParser>),
    Form,
    Multipart,
}

impl AnyParser {
    pub(crate) fn new(parser: impl IntoParser) -> Self {
        parser.into_parser(Private(()))
    }

    pub(crate) fn media_type(&self) -> &'static str {
        match self {
            Self::Format(parser) => parser.media_type(),
            Self::Form => "application/x-www-form-urlencoded",
            Self::Multipart => "multipart/form-data",
        }
    }
}

impl fmt::Debug for AnyParser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.media_type())
    }
}

/// Reads a body directly into a type, if one of dmr's own JSON parsers reads it, as for nearly
/// every request. The flag says whether an array may have been taken for a struct.
pub(crate) fn parse_json<T: DeserializeOwned>(
    parser: &dyn ErasedParser,
    body: &[u8],
) -> Option<(Result<T, ParseError>, bool)> {
    let unsure = Cell::new(false);
    let seed = Strict {
        seed: PhantomData,
        unsure: &unsure,
    };
    #[cfg(feature = "sonic")]
    if let Some(sonic) = parser.as_any().downcast_ref::<super::SonicJson>() {
        let read = Parser::parse(sonic, body, seed);
        return Some((read, unsure.get()));
    }
    match parser.as_any().downcast_ref::<SerdeJson>() {
        Some(json) => Some((Parser::parse(json, body, seed), unsure.get())),
        None => None,
    }
}

impl<P: IntoParser, const N: usize> From<[P; N]> for Parsers {
    fn from(parsers: [P; N]) -> Self {
        Self(parsers.into_iter().map(AnyParser::new).collect())
    }
}

impl Parsers {
    /// The list, unless it is empty.
    pub(crate) fn named(&self) -> Option<&[AnyParser]> {
        (!self.0.is_empty()).then_some(&self.0)
    }
}

from_tuples!(Parsers, IntoParser, AnyParser);
