#![doc = include_str!("../README.md")]

pub use dmr_actix::{ApiService, IntoService, Middleware, ServeError, serve, test};
pub use dmr_core::http::{self, StatusCode};
pub use dmr_core::{
    Api, Body, BodyStream, BuildErrors, Controller, CookieSpec, Cookies, EntityTag, Error,
    ErrorBody, ErrorDetail, ErrorKind, ErrorLocation, ErrorModel, ErrorResponses, ErrorType,
    EventError, EventReply, FileResponse, Files, Head, HeaderSpec, Headers, InvalidEvent, Json,
    JsonLines, MediaTypeModel, NewCookie, NewHeader, NotFound, OpenApi, Path, Precondition,
    ProblemDetails, Query, RedirectError, RedirectTo, Request, ReservedMember, Response,
    ResponseSpec, Router, SecurityScheme, Settings, Sse, SseEvent, ValidateResponses, component,
    options, pagination, serializer, stream,
};
pub use dmr_macros::{ErrorResponses, SseEvents, controller, modify, validate};

/// Who is asking: authentication, and the component that tells an endpoint.
pub mod auth {
    pub use dmr_core::auth::*;
    pub use dmr_core::component::Principal;
}

/// A server before it has an address, and one that has it: what [`serve`] makes.
pub mod server {
    pub use dmr_actix::{Serve, Server};
}

/// What an adapter to a web framework needs: it turns each [`Route`](adapter::Route) of an [`Api`]
/// into a route of the framework, gives it a [`Request`], and sends the
/// [`HttpResponse`](adapter::HttpResponse) that comes of it.
pub mod adapter {
    pub use dmr_core::{
        Aborted, HttpResponse, Layer, RequestBody, RequestBodyError, RequestHead, ResponseBody,
        Route,
    };
}

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
