//! Typed parts of a request: the trait [`Component`], which describes and extracts, and its
//! implementations.
//!
//! # What of a schema is enforced
//!
//! All of JSON Schema 2020-12 but references to other documents and through `$id`, `$anchor` and
//! `$dynamicRef`, which are errors when the application is built. That holds for requests,
//! responses and events alike.
//!
//! - `pattern` is a regular expression of ECMA-262 that can be matched in linear time. One that
//!   looks ahead or behind, or refers to a group, is an error when the application is built.
//! - `format` is enforced if it is one of `date-time`, `date`, `time`, `duration`, `email`,
//!   `hostname`, `ipv4`, `ipv6`, `uri`, `uri-reference`, `iri`, `iri-reference`, `uuid`,
//!   `json-pointer`, `relative-json-pointer` and `regex`. Others only describe.
//!
//! Everything that is wrong is listed, up to 1,000 problems of each component; one more says that
//! there are others.

mod body;
mod body_model;
mod body_stream;
mod conditional_body;
mod cookies;
mod description;
mod files;
mod headers;
mod parameters;
mod path;
mod precondition;
mod principal;
mod query;

use std::future::Future;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::error_detail::ErrorDetail;
use crate::request::Request;

pub use self::cookies::Cookies;
pub use crate::openapi::Location;
pub use crate::response::EntityTag;
pub use crate::text::{CommaSeparated, Nullable, Pairs, TextModel};
pub use body::{Body, PreparedBody};
pub use body_stream::{BodyStream, InvalidItem, ItemReport, PreparedItems, RejectedItem};
pub use conditional_body::{ByMediaType, ConditionalBody, PreparedVariants, Variants};
pub(crate) use description::{
    BodyDescription, ComponentDescriptions, EndpointContext, FilesDescription,
};
pub use description::{Description, Unbuildable};
pub use files::{FileMetadata, Files, PreparedFiles, UploadedFile};
pub use headers::Headers;
pub use parameters::Parameters;
pub use path::Path;
pub(crate) use path::names as path_parameters;
pub use precondition::Precondition;
pub use principal::Principal;
pub use query::{PreparedQuery, Query};

/// A part of the request that an endpoint takes as a parameter.
///
/// One type both describes the part, once, when the application is built, and extracts it from each
/// request, so that the document cannot drift from the behaviour.
///
/// ```
/// use dmr_core::component::{Component, Description, Rejection, Unbuildable};
/// use dmr_core::Request;
///
/// /// The path of the request.
/// struct RequestPath(String);
///
/// impl Component for RequestPath {
///     type Prepared = ();
///
///     fn describe(_: &mut Description<'_>) -> Result<(), Unbuildable> {
///         Ok(())
///     }
///
///     async fn extract(_: &(), request: &mut Request) -> Result<Self, Rejection> {
///         Ok(Self(request.head().path().to_owned()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a request component",
    label = "not a part of a request",
    note = "the components are `Path<T>`, `Query<T>`, `Headers<T>`, `Cookies<T>`, `Body<T>`, `BodyStream<T, F>`, `Files<T>`, `Principal<T>` and every \
            type that implements `Component`"
)]
pub trait Component: Sized + 'static {
    /// What [`describe`](Self::describe) works out once for all calls of
    /// [`extract`](Self::extract).
    type Prepared: Send + Sync + 'static;

    /// Says what the part looks like.
    ///
    /// # Errors
    ///
    /// The part cannot be prepared: `Err(description.error("…"))`. Then the application is not
    /// built.
    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable>;

    /// Takes the part out of a request.
    fn extract(
        prepared: &Self::Prepared,
        request: &mut Request,
    ) -> impl Future<Output = Result<Self, Rejection>>;
}

/// A type that can be read from a request, because it can be deserialized and described.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a request",
    label = "cannot be deserialized and described",
    note = "derive both traits: `#[derive(Deserialize, JsonSchema)]`"
)]
pub trait Model: DeserializeOwned + JsonSchema + 'static {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema + 'static> Model for T {}

/// Why a [`Component`] cannot be extracted.
#[derive(Debug)]
pub enum Rejection {
    /// Values that do not match. All those of all components are reported together, as one 400.
    Invalid(Vec<ErrorDetail>),
    /// Anything else. It ends the request at once and is reported alone.
    Failed(Error),
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}
