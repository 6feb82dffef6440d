#![doc = include_str!("../README.md")]

pub use dmr_actix::{ApiService, IntoService, Serve, ServeError, Server, serve};
pub use dmr_core::http::{self, StatusCode};
pub use dmr_core::{
    Aborted, Api, BuildErrors, Controller, ControllerOptions, Error, ErrorDetail, ErrorKind,
    ErrorLocation, ErrorModel, ErrorType, EventError, EventReply, Exchange, HeaderSpec, Headers,
    InvalidEvent, Json, JsonLines, ModifyOptions, OpenApi, Part, Query, Rendered, Request,
    RequestHead, Response, ResponseSpec, Route, Router, SecurityScheme, Settings, ValidateOptions,
    ValidateResponses, auth, component, serializer, stream,
};
pub use dmr_macros::{controller, modify, validate};

#[doc(hidden)]
pub use dmr_core::__private;
