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
mod negotiation;
mod openapi;
mod request;
mod respond;
mod response;
mod returned;
mod router;
mod schema;
pub mod serializer;
mod settings;
pub mod stream;

pub use component::{Headers, Query};
pub use controller::Controller;
pub use endpoint::{ControllerOptions, ModifyOptions, ValidateOptions};
pub use error::{
    Error, ErrorDetail, ErrorKind, ErrorLocation, ErrorModel, ErrorType, EventError, EventReply,
    InvalidEvent,
};
pub use exchange::{Aborted, Exchange, Part};
pub use http;
pub use json::Json;
pub use openapi::SecurityScheme;
pub use request::{Request, RequestHead};
pub use response::{HeaderSpec, Rendered, Response, ResponseSpec, ValidateResponses};
pub use router::{Api, BuildErrors, Route, Router};
pub use settings::{OpenApi, Settings};
pub use stream::JsonLines;

/// What generated code names. Not for use by hand; anything here may change.
#[doc(hidden)]
pub mod __private {
    pub use async_stream;

    pub use crate::controller::{Controller, Endpoints};
    pub use crate::endpoint::{ControllerOptions, EndpointSet, Verb};
    pub use crate::error::ErrorModel;
    pub use crate::returned::{Infallible, PlainValue, Probe, Reply};
    pub use crate::serializer::SerdeJson;

    use crate::error::EventError;
    use crate::stream::Events;
    use crate::stream::format::Format;

    /// Names the error type of `try_events!`, which its body leaves open.
    pub fn try_events<'a, T: 'a, F: Format>(
        stream: impl futures_core::Stream<Item = Result<T, EventError>> + 'a,
    ) -> Events<'a, T, F> {
        Events::fallible(stream)
    }
}
