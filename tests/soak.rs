//! Ten million events on one connection: the memory of the server does not grow, and many events
//! share one write.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use actix_http::HttpService;
use actix_rt::net::{ActixStream, Ready, TcpStream};
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::App;
use actix_web::dev::AppConfig;
use client::resident_memory;
use dmr::stream::events;
use dmr::{Controller, IntoService, JsonLines, Router, controller};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const EVENTS: u32 = 10_000_000;
const MAX_GROWTH: u64 = 8 * 1024 * 1024;

struct Numbers;

#[controller(validate_events = false)]
impl Controller for Numbers {
    async fn get(&self) -> JsonLines<'_, u32> {
        events! {
            for number in 0..EVENTS {
                yield number;
            }
        }
    }
}

#[test]
fn ten_million_events_in_constant_memory_and_few_writes() {
    let writes = Arc::new(AtomicU64::new(0));
    let address = serve(Arc::clone(&writes));

    let mut client = std::net::TcpStream::connect(address).expect("the server listens");
    client
        .write_all(b"GET /numbers/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .expect("the request is sent");
    let mut buffer = vec![0; 64 * 1024];
    let mut lines: u64 = 0;
    let mut before = None;
    let mut most = 0;
    loop {
        let read = client.read(&mut buffer).expect("the server sends");
        if read == 0 {
            break;
        }
        let bytes = buffer[..read].iter();
        lines += bytes.filter(|byte| **byte == b'\n').count() as u64;
        // After all allocations for the first events.
        if lines > u64::from(EVENTS) / 100 {
            let now = resident_memory("self");
            let before = *before.get_or_insert(now);
            most = most.max(now.saturating_sub(before));
        }
    }

    assert!(lines >= u64::from(EVENTS), "{lines} lines");
    assert!(most < MAX_GROWTH, "memory grew by {most} bytes");
    let writes = writes.load(Ordering::Relaxed);
    assert!(
        writes * 100 < u64::from(EVENTS),
        "{writes} write calls for {EVENTS} events"
    );
    println!("{EVENTS} events: {writes} write calls, memory grew by {most} bytes");
}

/// Serves the numbers over connections that count their writes.
fn serve(writes: Arc<AtomicU64>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let api = Router::new("").route("numbers/", Numbers);
    let api = api.into_service().expect("the router is right");
    std::thread::spawn(move || {
        let server = actix_server::Server::build()
            .workers(1)
            .disable_signals()
            .listen("numbers", listener, move || {
                let writes = Arc::clone(&writes);
                let app = App::new().service(api.clone()).into_factory();
                let app = app.map_err(|error: actix_web::Error| error.error_response());
                let app = map_config(app, |()| AppConfig::default());
                fn_service(move |stream: TcpStream| {
                    let counting = Counting {
                        stream,
                        writes: Arc::clone(&writes),
                    };
                    std::future::ready(Ok((counting, None)))
                })
                .and_then(HttpService::build().h1(app))
            })
            .expect("the listener works")
            .run();
        actix_rt::System::new().block_on(server)
    });
    address
}

/// A connection that counts its writes.
#[derive(Debug)]
struct Counting {
    stream: TcpStream,
    writes: Arc<AtomicU64>,
}

impl AsyncWrite for Counting {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        Pin::new(&mut self.stream).poll_write(cx, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncRead for Counting {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl ActixStream for Counting {
    fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_read_ready(&self.stream, cx)
    }

    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_write_ready(&self.stream, cx)
    }
}
