#![doc = include_str!("../README.md")]

pub use dmr_actix::{IntoService, Middleware, ServeError, serve, test};
pub use dmr_core::http::{self, StatusCode};
pub use dmr_core::{
    AnyError, Api, Body, BodyStream, BuildErrors, Controller, CookieSpec, Cookies, Error,
    ErrorBody, ErrorDetail, ErrorKind, ErrorLocation, ErrorModel, ErrorResponses, ErrorType,
    EventError, EventReply, Events, Example, FileResponse, Files, Head, HeaderSpec, Headers, Json,
    JsonLines, NewCookie, NewHeader, NotFound, OpenApi, Patch, Path, Precondition, ProblemDetails,
    Query, RedirectError, RedirectTo, Request, ReservedMember, Response, ResponseSpec, Router,
    Settings, Sse, SseEvent, ValidateResponses, ValueOrEvents, component, pagination, serializer,
    stream,
};
pub use dmr_macros::{ErrorResponses, SseEvents, controller, main, modify, test, validate};

/// Authentication, and the component that gives the caller to an endpoint.
pub mod auth {
    pub use dmr_core::SecurityScheme;
    pub use dmr_core::auth::*;
    pub use dmr_core::component::Principal;
}

/// The components that read from actix-web.
pub mod actix {
    pub use dmr_actix::{AppData, Extension, HttpRequest};
}

/// The types of options, of the attributes and of [`Settings`].
pub mod options {
    pub use dmr_core::options::*;
    pub use dmr_core::{MediaTypeModel, TrailingSlash};
}

/// The types of [`serve`] and of [`IntoService`]: a server before and after it has an address, and
/// the service of a router.
pub mod server {
    pub use dmr_actix::{ApiService, Serve, Server};
}

/// The types for an adapter to a web framework. An adapter turns each [`Route`](adapter::Route) of
/// an [`Api`] into a route of the framework, calls it with a [`Request`], and sends the resulting
/// [`HttpResponse`](adapter::HttpResponse).
pub mod adapter {
    pub use dmr_core::{
        Aborted, HttpResponse, Layer, RequestBody, RequestBodyError, RequestHead, ResponseBody,
        Route,
    };
}

#[cfg(feature = "client")]
pub use dmr_client as client;

#[doc(hidden)]
pub mod __private {
    pub use dmr_actix::__rt as rt;
    pub use dmr_core::__private::*;
}

/// Compiles the code of the guides.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../docs/porting.md")]
    mod porting {}
}
