//! Runs dmr controllers on actix-web.
//!
//! - [`ApiService`] mounts the controllers of a router in any actix `App`. [`IntoService`] makes
//!   it.
//! - [`serve`] runs a whole server.
//! - [`Middleware`] puts middleware of actix-web around a controller.
//! - [`HttpRequest`], [`Extension`] and [`AppData`] are components.
//! - [`mod@test`] sends requests without a socket.

mod app;
mod body;
mod components;
mod documents;
mod http02;
mod keep_alive;
mod middleware;
mod mount;
mod payload;
mod request;
mod response;
mod server;
pub mod test;

pub use components::{AppData, Extension, HttpRequest};
pub use middleware::Middleware;
pub use mount::{ApiService, IntoService};
pub use server::{Serve, ServeError, Server, serve};
