//! The part of dmr that knows no web framework: what a controller is, and what happens to a request.
//!
//! Applications depend on `dmr`, which re-exports what they need. Adapters to web frameworks depend on this crate.
//!
//! Reading order, which is the order in which a request meets the files: [`controller`](Controller) (what users write),
//! `endpoint` (what is decided at startup), [`router`](Router), [`request`](Request), `respond` (the steps), `negotiation`,
//! [`auth`], [`component`], `returned` (what comes of a return value), `response`, [`stream`], `exchange` (what an adapter
//! sends), and `openapi`.

pub mod auth;
pub mod component;
mod controller;
mod endpoint;
mod error;
mod exchange;
mod json;
mod layer;
mod negotiation;
mod not_found;
mod openapi;
pub mod pagination;
mod request;
mod respond;
mod response;
mod returned;
mod router;
mod schema;
pub mod serializer;
mod settings;
pub mod stream;

pub use component::{
    Body, BodyStream, Cookies, EntityTag, Files, Headers, Path, Precondition, Query,
};
pub use controller::Controller;
pub use error::{
    Error, ErrorBody, ErrorDetail, ErrorHandler, ErrorKind, ErrorLocation, ErrorModel,
    ErrorResponses, ErrorType, EventError, EventReply, GlobalErrorHandler, InvalidEvent,
    ProblemDetails, ReservedMember,
};
pub use exchange::{Aborted, Exchange, Part};
pub use http;
pub use json::Json;
pub use layer::Layer;
pub use not_found::NotFound;
pub use openapi::SecurityScheme;
pub use request::{Request, RequestBody, RequestBodyError, RequestHead};
pub use response::{
    CookieSpec, FileResponse, HeaderSpec, MediaTypeModel, NewCookie, NewHeader, RedirectError,
    RedirectTo, Rendered, Response, ResponseSpec, ValidateResponses,
};
pub use router::{Api, BuildErrors, Route, Router};
pub use settings::{OpenApi, Settings};
pub use stream::{
    Csv, GeoJsonSeq, JsonArray, JsonLines, JsonSeq, MultipartMixed, NdJson, Sse, SseEvent,
};

/// The options of the attributes, and the types of their values.
pub mod options {
    pub use crate::endpoint::{ControllerOptions, HttpSpec, ModifyOptions, Set, ValidateOptions};
    pub use crate::response::EventModel;
    pub use ::cookie::SameSite;
}

/// What generated code names. Not for use by hand; anything here may change.
#[doc(hidden)]
pub mod __private {
    pub use async_stream;
    pub use {schemars, serde};

    pub use crate::controller::{Controller, Endpoints};
    pub use crate::endpoint::{ControllerOptions, EndpointSet, Verb};
    pub use crate::error::{Error, ErrorModel, ErrorResponses, ErrorType, merged};
    pub use crate::http::StatusCode;
    pub use crate::response::ResponseSpec;
    pub use crate::returned::{Infallible, PlainValue, Probe, Reply, Undocumented};
    pub use crate::serializer::SerdeJson;

    /// What `#[derive(SseEvents)]` calls.
    pub mod sse {
        pub use crate::stream::{
            Variant, raw_variant, raw_variant_schema, variant_schema, variants_schema,
        };
    }

    /// A status that the macro has checked.
    pub fn status_code(code: u16) -> StatusCode {
        StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Names the type of a status.
    pub fn status(status: StatusCode) -> StatusCode {
        status
    }

    use crate::error::EventError;
    use crate::stream::{Events, Formats};

    /// Names the error type of `try_events!`, which its body leaves open.
    pub fn try_events<'a, T: 'a, F: Formats>(
        stream: impl futures_core::Stream<Item = Result<T, EventError>> + 'a,
    ) -> Events<'a, T, F> {
        Events::fallible(stream)
    }
}
