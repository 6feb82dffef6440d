//! Runs dmr controllers on actix-web.
//!
//! - [`ApiService`] mounts the controllers of a router in any actix `App`; [`IntoService`] makes one.
//! - [`serve`] is the short way: a whole server.

mod body;
mod http02;
mod keep_alive;
mod mount;
mod request;
mod response;
mod server;

pub use mount::{ApiService, IntoService};
pub use server::{Serve, ServeError, Server, serve};
