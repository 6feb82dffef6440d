//! Typed parts of a request: the trait [`Component`] and its implementations.
//!
//! # Enforced keywords
//!
//! Requests, responses and events are checked against all of JSON Schema 2020-12, with one
//! exception: references to other documents, or through `$id`, `$anchor` and `$dynamicRef`, are
//! errors when the application is built.
//!
//! - `pattern` is a regular expression of ECMA-262 that can be matched in linear time. Lookaround
//!   and backreferences are errors when the application is built.
//! - `format` is enforced if it is one of `date-time`, `date`, `time`, `duration`, `email`,
//!   `hostname`, `ipv4`, `ipv6`, `uri`, `uri-reference`, `iri`, `iri-reference`, `uuid`,
//!   `json-pointer`, `relative-json-pointer` and `regex`. Other formats are annotations.
//!
//! # Values that are not checked
//!
//! A type without constraints proves its schema, so its values need no check. To find types whose
//! schema says something else, such as one with `#[schemars(with = "…")]`, `Router::build` makes
//! samples of each schema: values that it allows, and values that it does not. A type that reads a
//! wrong sample is named in the log, and each of its values is checked. A type that reads a name
//! that its schema does not have, such as a serde `alias`, is an error of the build. An alias in a
//! flattened struct or a tagged enum cannot be seen: if the schema has constraints, such a member
//! is ignored.
//!
//! A type that is only sent cannot be asked. The first 64 values of each response and stream are
//! checked; after one that does not match, every value is. A float that is not finite is an error,
//! because JSON would carry `null`.
//!
//! `9.0` in a body is an integer (JSON Schema Validation, 6.1.1).
//!
//! # Errors
//!
//! All problems are listed, up to 1,000 for each component. One more entry says that there are
//! others.

mod body;
mod body_model;
mod body_stream;
mod conditional_body;
mod connection;
mod cookies;
mod depends;
mod description;
mod files;
mod head;
mod headers;
mod optional;
mod parameters;
mod path;
mod precondition;
mod principal;
mod query;
mod state;
mod tuples;

use std::future::Future;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::error_detail::ErrorDetail;
use crate::request::Request;
use crate::schema::{Readable, SchemaOf};
use crate::serializer::read_sample;

pub use self::cookies::Cookies;
pub use crate::openapi::Location;
pub use crate::response::EntityTag;
pub use crate::text::{CommaSeparated, Nullable, Pairs, TextModel};
pub use body::{Body, PreparedBody};
pub use body_stream::{BodyStream, InvalidItem, ItemReport, PreparedItems, RejectedItem};
pub use conditional_body::{ByMediaType, ConditionalBody, PreparedVariants, Variants};
pub use connection::PeerAddr;
pub use depends::{Dependency, Depends};
pub(crate) use description::{
    BodyDescription, ComponentDescriptions, EndpointContext, FilesDescription, ItemsDescription,
};
pub use description::{Description, Unbuildable};
pub use files::{FileMetadata, Files, PreparedFiles, UploadedFile};
pub use headers::Headers;
pub use optional::OptionalComponent;
pub use parameters::Parameters;
pub use path::Path;
pub use precondition::Precondition;
pub use principal::Principal;
pub use query::{PreparedQuery, Query};
pub(crate) use state::OfferedState;
pub use state::{State, States};

/// A part of a request, as a parameter of an endpoint.
///
/// The type describes the part once, when the application is built, and extracts it from each
/// request. So the document cannot drift from the behaviour.
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
    note = "the components are `Path<T>`, `Query<T>`, `Headers<T>`, `Cookies<T>`, `Body<T>`, `BodyStream<T, F>`, `Files<T>`, `Principal<T>`, `Depends<T>`, `State<S>` and every \
            type that implements `Component`"
)]
pub trait Component: Sized + 'static {
    /// The state that [`describe`](Self::describe) prepares once for all calls of
    /// [`extract`](Self::extract).
    type Prepared: Send + Sync + 'static;

    /// Describes the part.
    ///
    /// # Errors
    ///
    /// The part cannot be prepared: `Err(description.error("…"))`. The application is then not
    /// built.
    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable>;

    /// Extracts the part from a request.
    fn extract(
        prepared: &Self::Prepared,
        request: &mut Request,
    ) -> impl Future<Output = Result<Self, Rejection>>;
}

/// A type that can be read from a request: it can be deserialized and has a schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a request",
    label = "cannot be deserialized and described",
    note = "derive both traits: `#[derive(Deserialize, JsonSchema)]`"
)]
pub trait Model: DeserializeOwned + JsonSchema + 'static {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema + 'static> Model for T {}

/// A model whose type is erased, for the code that prepares it.
fn readable<T: Model>() -> Readable {
    Readable {
        schema: SchemaOf::of::<T>(),
        read: read_sample::<T>,
    }
}

/// The reason why a [`Component`] cannot be extracted.
#[derive(Debug)]
pub enum Rejection {
    /// Values that do not match the schema. The problems of all components are reported together,
    /// as one 400.
    Invalid(Vec<ErrorDetail>),
    /// Any other error. It ends the request at once and is reported alone.
    Failed(Error),
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Vec<ErrorDetail>> for Rejection {
    fn from(details: Vec<ErrorDetail>) -> Self {
        Self::Invalid(details)
    }
}
