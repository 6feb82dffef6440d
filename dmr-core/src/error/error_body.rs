//! The body of an error on the wire: the trait [`ErrorBody`].

use http::HeaderMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Error, ErrorModel};
use crate::response::HeaderSpec;

/// The body of error responses: the bound of a controller's associated type `ErrorModel`.
///
/// Every type that implements `From<ErrorModel>`, `Serialize` and `JsonSchema` is an `ErrorBody`.
/// Implement the trait directly for a model that needs more than the details, or that has headers.
///
/// ```
/// use dmr_core::{Error, ErrorBody, HeaderSpec};
/// use http::{HeaderMap, HeaderValue};
///
/// #[derive(serde::Serialize, schemars::JsonSchema)]
/// struct Coded { code: u16, text: String }
///
/// impl ErrorBody for Coded {
///     fn from_error(error: &Error) -> Self {
///         let texts: Vec<&str> = error.details().iter().map(|detail| detail.msg.as_str()).collect();
///         Coded { code: error.status().as_u16(), text: texts.join("; ") }
///     }
///
///     fn header_specs() -> Vec<(&'static str, HeaderSpec)> {
///         vec![("X-Error", HeaderSpec::new())]
///     }
///
///     fn headers(&self) -> HeaderMap {
///         HeaderMap::from_iter([(http::HeaderName::from_static("x-error"), HeaderValue::from(self.code))])
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an error model",
    label = "cannot be made from an error",
    note = "derive `Serialize` and `JsonSchema`, and implement `From<ErrorModel>` or `ErrorBody`"
)]
pub trait ErrorBody: Serialize + JsonSchema + Send + Sync + 'static {
    /// Makes the body of an error.
    fn from_error(error: &Error) -> Self;

    /// Declares the headers of every error response.
    fn header_specs() -> Vec<(&'static str, HeaderSpec)> {
        Vec::new()
    }

    /// The values of the headers.
    fn headers(&self) -> HeaderMap {
        HeaderMap::new()
    }
}

#[diagnostic::do_not_recommend]
impl<T> ErrorBody for T
where
    T: From<ErrorModel> + Serialize + JsonSchema + Send + Sync + 'static,
{
    fn from_error(error: &Error) -> Self {
        ErrorModel::from(error.details().to_vec()).into()
    }
}
