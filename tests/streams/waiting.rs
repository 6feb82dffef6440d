//! Waiting.

use super::*;

/// Waits for the test before its event.
struct Patient {
    go: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Patient {
    fn new() -> (Self, oneshot::Sender<()>) {
        let (sender, receiver) = oneshot::channel();
        let go = Mutex::new(Some(receiver));
        (Self { go }, sender)
    }
}

#[controller(ping_interval = Duration::from_millis(20))]
impl Controller for Patient {
    async fn get(&self) -> JsonLines<'_, u32> {
        let go = self
            .go
            .lock()
            .expect("no panic")
            .take()
            .expect("one request");
        events! {
            yield 1;
            let _ = go.await;
            yield 2;
        }
    }

    fn ping_event(&self) -> Option<Json> {
        Some(json!({"ping": true}).into())
    }
}

struct Silent;

/// The innermost level decides. Periods beyond the range of the clock are allowed.
#[controller(ping_interval = Duration::from_millis(1))]
impl Controller for Silent {
    #[modify(ping_interval = Duration::ZERO)]
    async fn get(&self) -> JsonLines<'_, u32> {
        events! {
            tokio::task::yield_now().await;
            yield 1;
        }
    }

    #[modify(ping_interval = Duration::MAX)]
    async fn put(&self) -> JsonLines<'_, u32> {
        events! {
            tokio::task::yield_now().await;
            yield 1;
        }
    }

    fn ping_event(&self) -> Option<Json> {
        Some(json!("ping").into())
    }
}

#[test]
fn pings_can_be_turned_off() {
    let address = serve_one(Silent);
    assert_eq!(get(&address, "/").body, "1\n");
    assert_eq!(client::send(&address, "PUT", "/", &[]).body, "1\n");
}

const PING: &[u8] = b"{\"ping\":true}\n";

#[test]
fn ready_events_are_not_held_back_and_pings_fill_the_pause() {
    let (controller, go) = Patient::new();
    let mut connection = Connection::open(&serve_one(controller));
    connection.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(connection.head().0, 200);
    let mut next = || connection.chunk().expect("the stream goes on");
    assert_eq!(next().as_deref(), Some(b"1\n".as_slice()));
    assert_eq!(next().as_deref(), Some(PING));
    assert_eq!(next().as_deref(), Some(PING));
    go.send(()).expect("the stream waits");
    let mut rest = Vec::new();
    while let Some(chunk) = next() {
        rest.push(chunk);
    }
    assert_eq!(rest.pop().as_deref(), Some(b"2\n".as_slice()));
    assert!(rest.iter().all(|chunk| chunk == PING), "{rest:?}");
}

/// Notes when it is dropped.
struct DropFlag(SyncSender<Instant>);

impl Drop for DropFlag {
    fn drop(&mut self) {
        let _ = self.0.send(Instant::now());
    }
}

struct Idle {
    dropped: SyncSender<Instant>,
}

impl Idle {
    fn new() -> (Self, Receiver<Instant>) {
        let (dropped, receiver) = mpsc::sync_channel(1);
        (Self { dropped }, receiver)
    }
}

#[controller]
impl Controller for Idle {
    /// Sends its head at once, and then nothing.
    async fn get(&self) -> JsonLines<'_, u32> {
        let flag = DropFlag(self.dropped.clone());
        events! {
            let _flag = flag;
            std::future::pending::<()>().await;
            yield 1;
        }
    }
}

#[test]
fn a_client_that_leaves_an_idle_stream_is_noticed_within_100_ms() {
    let (controller, dropped) = Idle::new();
    let mut connection = Connection::open(&serve_one(controller));
    connection.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(connection.head().0, 200);
    let closed = Instant::now();
    drop(connection);
    let dropped = dropped
        .recv_timeout(Duration::from_secs(10))
        .expect("the stream is dropped");
    let after = dropped.duration_since(closed);
    assert!(after < Duration::from_millis(100), "{after:?}");
}

struct Endless {
    produced: Arc<AtomicU64>,
}

#[controller(validate_events = false)]
impl Controller for Endless {
    async fn get(&self) -> JsonLines<'_, &str> {
        let produced = Arc::clone(&self.produced);
        events! {
            loop {
                produced.fetch_add(1, Ordering::Relaxed);
                yield "0123456789012345678901234567890123456789";
            }
        }
    }
}

/// The buffers of the kernel take a few megabytes. Beyond that, no event may be produced.
#[test]
fn a_client_that_stops_reading_stops_the_producer() {
    let produced = Arc::new(AtomicU64::new(0));
    let controller = Endless {
        produced: Arc::clone(&produced),
    };
    let mut connection = Connection::open(&serve_one(controller));
    connection.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(connection.head().0, 200);
    // The producer has stopped once the count stays the same for many times the duration of a
    // thousand events.
    let deadline = Instant::now() + Duration::from_secs(20);
    let (mut last, mut since) = (0, Instant::now());
    while since.elapsed() < Duration::from_millis(300) {
        assert!(Instant::now() < deadline, "the producer never stops");
        let now = produced.load(Ordering::Relaxed);
        if now != last {
            (last, since) = (now, Instant::now());
        }
        std::thread::yield_now();
    }
    let bytes = last * 43;
    assert!(
        last > 1000 && bytes < 16 * 1024 * 1024,
        "{bytes} bytes were produced"
    );
    // And it goes on when the client does.
    for _ in 0..2000 {
        assert!(connection.chunk().expect("the stream goes on").is_some());
    }
    assert!(produced.load(Ordering::Relaxed) > last);
}
