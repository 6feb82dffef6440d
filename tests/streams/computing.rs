//! Producers that compute, and never wait.

use std::sync::atomic::AtomicBool;

use super::*;

/// Holds the worker for longer than a turn.
fn compute() {
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(5) {
        std::hint::spin_loop();
    }
}

/// Blocks before its second event until the client has its first one.
struct Computes {
    go: Mutex<Receiver<()>>,
}

impl Computes {
    fn client_has_the_first(&self) -> bool {
        let go = self.go.lock().expect("no panic");
        go.recv_timeout(Duration::from_secs(20)).is_ok()
    }
}

#[controller]
impl Controller for Computes {
    async fn get(&self) -> JsonLines<'_, bool> {
        events! {
            compute();
            yield true;
            yield self.client_has_the_first();
        }
    }
}

#[test]
fn an_event_does_not_wait_for_the_next_one_to_be_computed() {
    let (sender, receiver) = mpsc::sync_channel(1);
    let go = Mutex::new(receiver);
    let mut connection = Connection::open(&serve_one(Computes { go }));
    connection.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(connection.head().0, 200);
    assert_eq!(
        connection.chunk().expect("it goes on").expect("an event"),
        b"true\n"
    );
    sender.send(()).expect("the stream waits");
    assert_eq!(
        connection.chunk().expect("it goes on").expect("an event"),
        b"true\n"
    );
}

/// Computes until another request is answered.
#[derive(Default)]
struct Endless {
    stopped: AtomicBool,
}

#[controller]
impl Controller for Endless {
    async fn get(&self) -> JsonLines<'_, usize> {
        events! {
            // It ends by itself if nobody else gets their turn.
            for number in 0..4000 {
                if self.stopped.load(Ordering::Relaxed) {
                    break;
                }
                compute();
                yield number;
            }
        }
    }

    async fn put(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

#[test]
fn the_other_requests_of_the_worker_get_their_turn() {
    let address = serve_one(Endless::default());
    let mut stream = Connection::open(&address);
    stream.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(stream.head().0, 200);
    assert_eq!(client::send(&address, "PUT", "/", &[]).status, 200);
    let mut events = 0;
    while let Some(chunk) = stream.chunk().expect("it goes on") {
        events += chunk.iter().filter(|byte| **byte == b'\n').count();
    }
    assert!((1..4000).contains(&events), "{events}");
}

/// Quick events, a pause, and slow events that wait for the client.
struct Slows {
    go: Mutex<Receiver<()>>,
}

#[controller]
impl Controller for Slows {
    async fn get(&self) -> JsonLines<'_, bool> {
        events! {
            for _ in 0..100 {
                yield true;
            }
            tokio::task::yield_now().await;
            compute();
            yield true;
            let go = self.go.lock().map(|go| go.recv_timeout(Duration::from_secs(20)));
            yield matches!(go, Ok(Ok(())));
        }
    }
}

#[test]
fn events_that_become_slow_after_a_pause_are_sent_as_they_come() {
    let (sender, receiver) = mpsc::sync_channel(1);
    let go = Mutex::new(receiver);
    let mut connection = Connection::open(&serve_one(Slows { go }));
    connection.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(connection.head().0, 200);
    let mut events = 0;
    while events < 101 {
        let chunk = connection.chunk().expect("it goes on").expect("events");
        events += chunk.iter().filter(|byte| **byte == b'\n').count();
    }
    sender.send(()).expect("the stream waits");
    assert_eq!(
        connection.chunk().expect("it goes on").expect("an event"),
        b"true\n"
    );
}
