//! An API in an `HttpServer` of its own, as the README shows it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::yield_now;
use std::time::{Duration, Instant};

use actix_web::{App, HttpServer};
use dmr::stream::{StreamEnd, events};
use dmr::{Controller, EventReply, IntoService, JsonLines, Router, Sse, controller};

use crate::client::{Connection, get};

/// Far less than the 30 seconds that the server waits for requests under way. actix itself takes
/// more than a second to stop.
const SOON: Duration = Duration::from_secs(5);

static ALIVE: AtomicUsize = AtomicUsize::new(0);

struct Alive;

impl Alive {
    fn new() -> Self {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// One event, and then only pings.
struct Pinging;

#[controller(ping_interval = Duration::from_millis(20))]
impl Controller for Pinging {
    async fn get(&self) -> Sse<'_, u8> {
        events! {
            yield 1;
            std::future::pending::<()>().await;
        }
    }

    fn last_event(&self, end: StreamEnd) -> Option<EventReply> {
        (end == StreamEnd::Shutdown).then(|| EventReply::event(0_u8))
    }
}

/// One event, and then nothing: only the connection can tell that its client is gone.
struct Silent;

#[controller]
impl Controller for Silent {
    async fn get(&self) -> JsonLines<'_, u8> {
        let alive = Alive::new();
        events! {
            let _alive = alive;
            yield 1;
            std::future::pending::<()>().await;
        }
    }
}

/// The number of silent streams.
struct Count;

#[controller]
impl Controller for Count {
    async fn get(&self) -> usize {
        ALIVE.load(Ordering::SeqCst)
    }
}

/// Runs only as a child of the other tests, which set the variable.
#[test]
fn the_server() {
    if std::env::var_os("DMR_OWN_SERVER").is_none() {
        return;
    }
    let router = Router::new("")
        .route("pinging/", Pinging)
        .route("silent/", Silent)
        .route("count/", Count);
    let served = actix_web::rt::System::new().block_on(async {
        let api = router.into_service().expect("the router is right");
        api.end_streams_on_signals();
        let server = HttpServer::new(move || App::new().service(api.clone()))
            .h1_allow_half_closed(false)
            .tcp_nodelay(true)
            .workers(1)
            .bind("127.0.0.1:0")
            .expect("a free port");
        eprintln!("address={}", server.addrs()[0]);
        server.run().await
    });
    served.expect("it stops in good order");
}

/// The server, in a process of its own: it gets a signal.
struct OwnServer {
    process: Child,
    address: String,
}

impl OwnServer {
    fn start() -> Self {
        let test = std::env::current_exe().expect("this test has a path");
        let mut process = Command::new(test)
            .args(["--exact", "own_server::the_server", "--nocapture"])
            .env("DMR_OWN_SERVER", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let errors = process.stderr.take().expect("it is piped");
        let mut lines = BufReader::new(errors).lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.strip_prefix("address=")?.to_owned()));
        Self {
            process,
            address: address.expect("it serves"),
        }
    }

    fn open(&self, path: &str) -> Connection {
        let mut connection = Connection::open(&self.address);
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        connection.write(request.as_bytes());
        assert_eq!(connection.head().0, 200);
        connection
    }

    fn wait_for_count(&self, count: &str) {
        let begin = Instant::now();
        while get(&self.address, "/count/").body != count {
            assert!(begin.elapsed() < SOON, "there are not {count} streams");
            yield_now();
        }
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The next chunk, without the line breaks at its end. `None` at the end of the stream.
fn chunk(connection: &mut Connection) -> Option<String> {
    let chunk = connection.chunk().expect("the stream is not cut off")?;
    Some(String::from_utf8_lossy(&chunk).trim_end().to_owned())
}

/// The next chunk that is not a ping.
fn event(connection: &mut Connection) -> Option<String> {
    std::iter::from_fn(|| chunk(connection)).find(|chunk| chunk != ": ping")
}

#[test]
fn streams_send_pings() {
    let server = OwnServer::start();
    let mut stream = server.open("/pinging/");
    assert_eq!(chunk(&mut stream).as_deref(), Some("data: 1"));
    assert_eq!(chunk(&mut stream).as_deref(), Some(": ping"));
}

#[test]
fn the_client_of_an_idle_stream_is_missed() {
    let server = OwnServer::start();
    let mut stream = server.open("/silent/");
    assert_eq!(chunk(&mut stream).as_deref(), Some("1"));
    server.wait_for_count("1");
    drop(stream);
    server.wait_for_count("0");
}

#[test]
fn open_streams_end_when_the_server_stops() {
    let mut server = OwnServer::start();
    let mut pinging = server.open("/pinging/");
    let mut silent = server.open("/silent/");
    assert_eq!(event(&mut pinging).as_deref(), Some("data: 1"));
    assert_eq!(chunk(&mut silent).as_deref(), Some("1"));
    let begin = Instant::now();
    let id = server.process.id().to_string();
    let sent = Command::new("kill").args(["-TERM", &id]).status();
    assert!(sent.expect("kill is there").success());
    assert_eq!(event(&mut pinging).as_deref(), Some("data: 0"));
    assert_eq!(event(&mut pinging), None);
    assert_eq!(chunk(&mut silent), None);
    while server.process.try_wait().expect("it is a child").is_none() {
        assert!(begin.elapsed() < SOON, "the server waits for its clients");
        yield_now();
    }
}
