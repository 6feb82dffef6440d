//! The component for the connection of a request.

use std::net::SocketAddr;
use std::ops::Deref;

use super::{Component, Description, OptionalComponent, Rejection, Unbuildable};
use crate::error::Error;
use crate::request::Request;

/// The address at the other end of the connection.
///
/// Behind a proxy, it is the address of the proxy. A request of
/// [`TestClient`](https://docs.rs/dmr/latest/dmr/test/struct.TestClient.html) has the address that
/// the test gives it. Without an address, `PeerAddr` is an internal error, and `Option<PeerAddr>`
/// is `None`.
///
/// ```
/// use dmr_core::component::PeerAddr;
///
/// async fn get(peer: PeerAddr) -> String {
///     peer.ip().to_string()
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddr(pub SocketAddr);

impl Deref for PeerAddr {
    type Target = SocketAddr;

    fn deref(&self) -> &SocketAddr {
        &self.0
    }
}

impl Component for PeerAddr {
    type Prepared = ();

    fn describe(_: &mut Description<'_>) -> Result<(), Unbuildable> {
        Ok(())
    }

    async fn extract((): &(), request: &mut Request) -> Result<Self, Rejection> {
        let address = request.head().peer_addr().map(Self);
        address.ok_or_else(|| Error::internal("the request has no peer address").into())
    }
}

impl OptionalComponent for PeerAddr {
    async fn extract_optional((): &(), request: &mut Request) -> Result<Option<Self>, Rejection> {
        Ok(request.head().peer_addr().map(Self))
    }
}
