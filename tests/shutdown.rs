//! A stopping server does not wait for idle connections, and does not answer further requests on
//! busy ones.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod example;

use std::time::Duration;

use client::Connection;
use example::Example;

/// Far less than the 30 seconds that the server waits for requests under way.
const SOON: Duration = Duration::from_secs(2);

const REQUEST: &[u8] = b"GET /docs/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn server() -> Example {
    Example::start(
        "user_events",
        &[],
        &[("JWT_SECRET", "x".repeat(32).as_str())],
    )
}

#[test]
fn nothing_is_under_way() {
    let mut server = server();
    server.terminate();
    assert!(server.stops_within(SOON));
}

#[test]
fn an_idle_connection_is_closed() {
    let mut server = server();
    let mut connection = Connection::open(&server.address);
    connection.write(REQUEST);
    assert_eq!(connection.response().status, 200);
    server.terminate();
    assert!(server.stops_within(SOON));
    assert_eq!(connection.response().status, 0, "it is closed");
}

#[test]
fn a_client_that_goes_on_asking_does_not_hold_the_server() {
    let mut server = server();
    let mut connection = Connection::open(&server.address);
    connection.write(REQUEST);
    assert_eq!(connection.response().status, 200);
    server.terminate();
    // Sends requests as fast as possible, until the connection is closed.
    while connection.try_write(REQUEST).is_ok() && connection.response().status == 200 {}
    assert!(server.stops_within(SOON));
}

#[test]
fn a_stream_ends_and_its_connection_is_closed() {
    let mut server = server();
    let mut connection = Connection::open(&server.address);
    connection.write(b"GET /api/user/resume/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(connection.head().0, 200);
    assert!(connection.chunk().is_ok_and(|chunk| chunk.is_some()));
    server.terminate();
    while let Ok(Some(_)) = connection.chunk() {}
    assert!(server.stops_within(SOON));
}
