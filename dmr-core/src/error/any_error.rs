//! An error that every `?` can make.

use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;

use super::{Error, ErrorResponses};
use crate::response::ResponseSpec;

/// The error of an endpoint that uses `?` on any error.
///
/// What becomes of an error depends on its type:
///
/// - An [`Error`] stays as it is.
/// - A type of `D` gives its own responses, which the document lists. `D` is one type that
///   implements [`ErrorResponses`], or a tuple of such types.
/// - Any other error is [internal](Error::internal): a 500 whose cause is logged.
///   [`Controller::handle_error`](crate::Controller::handle_error) sees it and can answer it.
///
/// A type that converts into `Error`, but is not part of `D`, is internal too. So an endpoint that
/// reads a [`BodyStream`](crate::BodyStream) declares `AnyError<InvalidItem>`.
///
/// ```
/// use dmr_core::{AnyError, Error, ErrorResponses, ResponseSpec};
/// use http::StatusCode;
///
/// #[derive(Debug, thiserror::Error)]
/// #[error("there is no such book")]
/// struct NoBook;
///
/// impl From<NoBook> for Error {
///     fn from(error: NoBook) -> Self {
///         Error::msg(StatusCode::NOT_FOUND, error)
///     }
/// }
///
/// impl ErrorResponses for NoBook {
///     fn responses() -> Vec<ResponseSpec> {
///         vec![ResponseSpec::error(StatusCode::NOT_FOUND)]
///     }
/// }
///
/// fn number(text: &str) -> Result<u64, AnyError<NoBook>> {
///     if text.is_empty() {
///         Err(NoBook)?;
///     }
///     Ok(text.parse()?)
/// }
///
/// assert_eq!(Error::from(number("").unwrap_err()).status(), StatusCode::NOT_FOUND);
/// assert_eq!(Error::from(number("x").unwrap_err()).status(), StatusCode::INTERNAL_SERVER_ERROR);
/// ```
#[must_use = "an error does nothing until the endpoint returns it"]
pub struct AnyError<D = ()> {
    error: Error,
    declared: PhantomData<fn() -> D>,
}

type BoxedError = Box<dyn StdError + Send + Sync>;

// `AnyError` does not implement `std::error::Error`: the conversion of every error would then also
// convert `AnyError` into itself, which the standard library does already.
impl<E: Into<BoxedError>, D: DeclaredErrors> From<E> for AnyError<D> {
    fn from(error: E) -> Self {
        Self {
            error: converted(error.into(), D::convert),
            declared: PhantomData,
        }
    }
}

fn converted(error: BoxedError, declared: fn(BoxedError) -> Result<Error, BoxedError>) -> Error {
    match error.downcast() {
        Ok(error) => *error,
        Err(error) => declared(error).unwrap_or_else(Error::internal),
    }
}

impl<D> From<AnyError<D>> for Error {
    fn from(error: AnyError<D>) -> Self {
        error.error
    }
}

/// An internal error, unless the box holds an [`Error`].
impl From<BoxedError> for Error {
    fn from(error: BoxedError) -> Self {
        converted(error, Err)
    }
}

impl<D: DeclaredErrors> ErrorResponses for AnyError<D> {
    fn responses() -> Vec<ResponseSpec> {
        D::responses()
    }
}

impl<D> fmt::Debug for AnyError<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<D> fmt::Display for AnyError<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

/// The error types that an [`AnyError`] declares: none, one, or a tuple.
#[diagnostic::on_unimplemented(
    message = "`AnyError` cannot declare `{Self}`",
    label = "is not an error with responses",
    note = "derive `ErrorResponses` and `std::error::Error` for it; write several types as a tuple"
)]
pub trait DeclaredErrors: 'static {
    /// Converts an error of one of the types.
    ///
    /// # Errors
    ///
    /// The unchanged error, if it has another type.
    fn convert(
        error: Box<dyn StdError + Send + Sync>,
    ) -> Result<Error, Box<dyn StdError + Send + Sync>>;

    /// The responses of all types.
    fn responses() -> Vec<ResponseSpec>;
}

impl DeclaredErrors for () {
    fn convert(error: BoxedError) -> Result<Error, BoxedError> {
        Err(error)
    }

    fn responses() -> Vec<ResponseSpec> {
        Vec::new()
    }
}

impl<E: ErrorResponses + StdError + Send + Sync + 'static> DeclaredErrors for E {
    fn convert(error: BoxedError) -> Result<Error, BoxedError> {
        error.downcast::<E>().map(|error| (*error).into())
    }

    fn responses() -> Vec<ResponseSpec> {
        E::responses()
    }
}

macro_rules! tuple {
    ($($member:ident),+) => {
        impl<$($member: DeclaredErrors),+> DeclaredErrors for ($($member,)+) {
            fn convert(error: BoxedError) -> Result<Error, BoxedError> {
                $(
                    let error = match $member::convert(error) {
                        Ok(converted) => return Ok(converted),
                        Err(error) => error,
                    };
                )+
                Err(error)
            }

            fn responses() -> Vec<ResponseSpec> {
                super::merged([$($member::responses()),+].concat())
            }
        }
    };
}

tuple!(A);
tuple!(A, B);
tuple!(A, B, C);
tuple!(A, B, C, D);
