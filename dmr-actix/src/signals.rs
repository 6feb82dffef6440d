//! The signals that stop a server.

use std::io;

#[cfg(unix)]
use std::pin::pin;

#[cfg(unix)]
use futures_util::future::select;

/// The signals that stop a server: `SIGINT` and `SIGTERM`.
#[cfg(unix)]
pub(crate) struct Signals {
    interrupt: actix_rt::signal::unix::Signal,
    terminate: actix_rt::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(crate) fn new() -> io::Result<Self> {
        use actix_rt::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    pub(crate) async fn next(&mut self) {
        let interrupt = pin!(self.interrupt.recv());
        let terminate = pin!(self.terminate.recv());
        select(interrupt, terminate).await;
    }
}

/// The signal that stops a server: Ctrl-C.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn next(&mut self) {
        if let Err(error) = actix_rt::signal::ctrl_c().await {
            tracing::warn!(%error, "signals cannot be received");
            std::future::pending().await
        }
    }
}
