#![doc = include_str!("../README.md")]

pub use dmr_actix::{ApiService, IntoService, Middleware, Serve, ServeError, Server, serve, test};
pub use dmr_core::http::{self, StatusCode};
pub use dmr_core::options::{ControllerOptions, ModifyOptions, ValidateOptions};
pub use dmr_core::{
    Aborted, Api, Body, BodyStream, BuildErrors, Controller, CookieSpec, Cookies, EntityTag, Error,
    ErrorBody, ErrorDetail, ErrorHandler, ErrorKind, ErrorLocation, ErrorModel, ErrorResponses,
    ErrorType, EventError, EventReply, Exchange, FileResponse, Files, GlobalErrorHandler,
    HeaderSpec, Headers, InvalidEvent, Json, JsonLines, Layer, MediaTypeModel, NewCookie,
    NewHeader, NotFound, OpenApi, Part, Path, Precondition, ProblemDetails, Query, RedirectError,
    RedirectTo, Rendered, Request, RequestBody, RequestBodyError, RequestHead, ReservedMember,
    Response, ResponseSpec, Route, Router, SecurityScheme, Settings, SseEvent, ValidateResponses,
    auth, component, options, pagination, serializer, stream,
};
pub use dmr_core::{Csv, GeoJsonSeq, JsonArray, JsonSeq, MultipartMixed, NdJson, Sse};
pub use dmr_macros::{ErrorResponses, SseEvents, controller, modify, validate};

#[cfg(feature = "client")]
pub use dmr_client as client;

#[doc(hidden)]
pub use dmr_core::__private;

/// The code of the guides compiles.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../docs/porting.md")]
    mod porting {}
}
