//! The core of dmr, which does not depend on a web framework: controllers, and the steps of a
//! request.
//!
//! Applications depend on `dmr`, which re-exports the items that they need. Adapters to web
//! frameworks depend on this crate: they turn each [`Route`] of an [`Api`] into a route of the
//! framework, and call it with a [`Request`].
//!
//! Read the modules in the order in which a request meets them: [`controller`](Controller) (the
//! user's trait), `endpoint` (the decisions at startup), [`router`](Router), [`request`](Request),
//! `respond` (the steps), `negotiation`, [`auth`], [`component`], `returned` (the conversion of
//! return values), `validation`, `response`, [`stream`], and `document`.

pub mod auth;
pub mod component;
mod controller;
mod document;
mod endpoint;
mod error;
mod error_detail;
mod first_page;
pub mod format;
mod json;
mod layer;
mod media_type;
mod negotiation;
mod not_found;
mod openapi;
pub mod options;
pub mod pagination;
mod patch;
mod path_template;
mod quoted;
mod request;
mod respond;
mod response;
mod returned;
mod router;
mod schema;
pub mod serializer;
mod settings;
pub mod stream;
mod text;
mod validation;
mod verb;

pub use component::{
    Body, BodyStream, Cookies, EntityTag, Files, Headers, Path, Precondition, Query,
};
pub use controller::Controller;
pub use error::{
    AnyError, DeclaredErrors, Error, ErrorBody, ErrorHandler, ErrorKind, ErrorModel,
    ErrorResponses, GlobalErrorHandler, ProblemDetails, ReservedMember,
};
pub use error_detail::{ErrorDetail, ErrorLocation, ErrorType};
pub use http;
pub use json::Json;
pub use layer::Layer;
pub use not_found::NotFound;
pub use openapi::SecurityScheme;
pub use patch::Patch;
pub use request::{Request, RequestBody, RequestBodyError, RequestHead};
pub use respond::{Aborted, HttpResponse, ResponseBody};
pub use response::{
    CookieSpec, Example, FileResponse, Head, HeaderSpec, MediaTypeModel, NewCookie, NewHeader,
    RedirectError, RedirectTo, Response, ResponseSpec,
};
pub use router::{Api, BuildErrors, Route, Router};
pub use settings::{OpenApi, Settings, TrailingSlash};
pub use stream::{
    Csv, EventError, EventReply, Events, GeoJsonSeq, InvalidEvent, JsonArray, JsonLines, JsonSeq,
    MultipartMixed, NdJson, Sse, SseEvent, ValueOrEvents,
};
pub use validation::ValidateResponses;

/// The items that generated code names. Do not use them: they may change at any time.
#[doc(hidden)]
pub mod __private {
    pub use async_stream;
    pub use {schemars, serde};

    pub use crate::controller::{Controller, Endpoints};
    pub use crate::endpoint::{Call, EndpointSet};
    pub use crate::error::{Error, ErrorModel, ErrorResponses, merged};
    pub use crate::error_detail::ErrorType;
    pub use crate::http::StatusCode;
    pub use crate::options::ControllerOptions;
    pub use crate::respond::Extraction;
    pub use crate::response::ResponseSpec;
    pub use crate::returned::{Infallible, PlainValue, ReturnType, Undocumented};
    pub use crate::serializer::SerdeJson;
    pub use crate::verb::Verb;

    /// The functions that `#[derive(SseEvents)]` calls.
    pub mod sse {
        pub use crate::format::{
            ReadVariant, Variant, VariantText, raw_variant, raw_variant_schema, variant_schema,
            variants_schema,
        };
    }

    /// Converts a status that the macro has checked.
    pub fn status_code(code: u16) -> StatusCode {
        StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Pins the type of a status, for error messages of the compiler.
    pub fn status(status: StatusCode) -> StatusCode {
        status
    }

    use crate::stream::{EventError, Events, Formats};

    /// Pins the error type of `try_events!`, which the body leaves open.
    pub fn try_events<'a, T: 'a, F: Formats>(
        stream: impl futures_core::Stream<Item = Result<T, EventError>> + 'a,
    ) -> Events<'a, T, F> {
        Events::fallible(stream)
    }
}
