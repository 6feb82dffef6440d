//! For a minute, two thousand clients connect, read a little, and vanish. Nothing of them is left,
//! and the log is silent.
//!
//! `SOAK_SECONDS` changes the duration.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use client::{resident_memory, serve};
use dmr::component::BodyStream;
use dmr::stream::format::{JsonArray, JsonLines, Sse};
use dmr::stream::{Events, try_events};
use dmr::{Controller, Router, Settings, controller};
use rand::RngExt;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// The number of clients at once, if the system allows a process that many files.
const CLIENTS: u64 = 2000;
const THREADS: usize = 8;

static ALIVE: AtomicU64 = AtomicU64::new(0);
static SERVED: AtomicU64 = AtomicU64::new(0);

struct Alive;

impl Alive {
    fn new() -> Self {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        SERVED.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Endless events: as fast as the client takes them, or now and then.
struct Endless {
    pause: Option<Duration>,
}

#[controller(ping_interval = Duration::from_millis(50), max_upload_size = 1 << 40)]
impl Controller for Endless {
    async fn get(&self) -> Events<'_, u64, (JsonLines, Sse, JsonArray)> {
        let alive = Alive::new();
        let pause = self.pause;
        try_events! {
            let _alive = alive;
            for number in 0.. {
                if let Some(pause) = pause {
                    tokio::time::sleep(pause).await;
                }
                yield number;
            }
        }
    }

    async fn post(&self, mut numbers: BodyStream<u64, JsonLines>) -> dmr::JsonLines<'_, u64> {
        let alive = Alive::new();
        try_events! {
            let _alive = alive;
            while let Some(number) = numbers.next().await {
                yield number? + 1;
            }
        }
    }
}

/// The log above debug level.
static LOGGED: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Log;

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Log {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        struct Text(String);
        impl Visit for Text {
            fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                self.0 += &format!("{field}={value:?} ");
            }
        }
        if *event.metadata().level() < tracing::Level::DEBUG {
            let mut text = Text(String::new());
            event.record(&mut text);
            let mut logged = LOGGED.lock().expect("unpoisoned");
            logged.push(format!("{} {}", event.metadata().target(), text.0));
        }
    }
}

/// A client that connects, reads a little, and leaves in one of many ways.
fn visit(address: &str, connections: &mut Vec<TcpStream>, most: usize) -> std::io::Result<()> {
    let mut random = rand::rng();
    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_millis(20)))?;
    let path = ["fast", "slow"][random.random_range(0..2)];
    let accept =
        ["application/jsonl", "text/event-stream", "application/json"][random.random_range(0..3)];
    let request = if random.random_bool(0.2) {
        format!(
            "POST /{path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/jsonl\r\n\
             Transfer-Encoding: chunked\r\n\r\n2\r\n1\n\r\n3\r\n12"
        )
    } else {
        format!("GET /{path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n")
    };
    let mut buffer = vec![0; random.random_range(1..20_000)];
    match random.random_range(0..6) {
        // In the middle of the head.
        0 => {
            let end = random.random_range(0..request.len());
            connection.write_all(&request.as_bytes()[..end])?;
            let _ = connection.read(&mut buffer);
        }
        // Before anything is read.
        1 => connection.write_all(request.as_bytes())?,
        // After a little. The unread rest makes the system reset the connection.
        2 | 3 => {
            connection.write_all(request.as_bytes())?;
            let _ = connection.read(&mut buffer);
        }
        // After closing the sending half.
        4 => {
            connection.write_all(request.as_bytes())?;
            let _ = connection.read(&mut buffer);
            let how = [Shutdown::Read, Shutdown::Write, Shutdown::Both][random.random_range(0..3)];
            let _ = connection.shutdown(how);
        }
        // Much later, without reading.
        _ => {
            connection.write_all(request.as_bytes())?;
            connections.push(connection);
        }
    }
    if connections.len() > most {
        let index = random.random_range(0..connections.len());
        connections.swap_remove(index);
    }
    Ok(())
}

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd")
        .expect("Linux has it")
        .count()
}

/// Lets clients come and go for a while, then waits until no stream is left.
fn storm(address: &str, duration: Duration) {
    // Clients that have left keep their files until the server notices.
    let files = rlimit::increase_nofile_limit(u64::MAX).expect("a limit");
    let most = CLIENTS.min(files / 8) as usize / THREADS;
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut connections = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    // New clients wait until the server, with its one worker, has closed enough old
                    // ones.
                    if open_files() > 3 * CLIENTS as usize {
                        thread::yield_now();
                        continue;
                    }
                    visit(address, &mut connections, most).expect("the server takes connections");
                }
            });
        }
        thread::sleep(duration);
        stop.store(true, Ordering::Relaxed);
    });
    let end = Instant::now() + Duration::from_secs(60);
    while ALIVE.load(Ordering::SeqCst) > 0 || open_files() > 100 {
        assert!(
            Instant::now() < end,
            "{} streams and {} files are left",
            ALIVE.load(Ordering::SeqCst),
            open_files()
        );
        thread::yield_now();
    }
}

#[test]
fn nothing_is_left_of_clients_that_vanish() {
    let seconds = std::env::var("SOAK_SECONDS").ok();
    let seconds = seconds
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(60);
    let pause = Some(Duration::from_millis(10));
    let router = Router::new("")
        .settings(Settings::new().debug(false))
        .route("fast", Endless { pause: None })
        .route("slow", Endless { pause });
    let address = serve(router);
    tracing_subscriber::registry().with(Log).init();
    // The server logs that it starts, and nothing else.
    client::get(&address, "/");
    LOGGED.lock().expect("unpoisoned").clear();

    // From here on, the allocator has its reserves for so many clients.
    let half = Duration::from_secs(seconds / 2);
    storm(&address, half);
    let before = resident_memory("self");
    let served = SERVED.load(Ordering::SeqCst);
    storm(&address, half);
    let grown = resident_memory("self").saturating_sub(before);
    let served = SERVED.load(Ordering::SeqCst) - served;

    assert!(served > CLIENTS, "only {served} streams");
    assert!(
        grown < 16 << 20,
        "{served} streams, grown by {} KiB",
        grown >> 10
    );
    let logged = LOGGED.lock().expect("unpoisoned");
    assert_eq!(*logged, Vec::<String>::new());
    println!("{served} streams, grown by {} KiB", grown >> 10);
}
