//! Runs dmr controllers on actix-web.
//!
//! - [`ApiService`] mounts the controllers of a router in any actix `App`. [`IntoService`] makes
//!   it.
//! - [`serve`] runs a whole server.
//! - [`Middleware`] puts middleware of actix-web around endpoints.
//! - [`HttpRequest`], [`Extension`] and [`AppData`] are components.
//! - [`mod@test`] sends requests without a socket.

mod app;
mod body;
mod components;
mod documents;
mod http02;
mod keep_alive;
mod layered;
mod middleware;
mod mount;
mod payload;
mod request;
mod response;
mod server;
mod signals;
pub mod test;
mod transform;

/// The runtime that generated code names. Do not use it: it may change at any time.
#[doc(hidden)]
pub use actix_rt as __rt;
pub use components::{AppData, Extension, HttpRequest};
pub use middleware::Middleware;
pub use mount::{ApiService, IntoService};
pub use server::{Serve, ServeError, Server, serve};
