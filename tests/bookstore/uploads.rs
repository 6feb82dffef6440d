//! Uploads that are long, or end early.

use super::*;

const MEBIBYTE: usize = 1 << 20;

/// Sends the head of an upload of this length, and as much of the content as the server takes.
fn send_upload(store: &Bookstore, length: usize, sent: usize) -> Connection {
    let head = part_head("image/png");
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    let mut connection = Connection::open(&store.example.address);
    connection.write(
        format!(
            "PUT /api/books/1/cover/ HTTP/1.1\r\nHost: localhost\r\n\
             Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n{head}",
            head.len() + length + tail.len()
        )
        .as_bytes(),
    );
    let piece = vec![7; MEBIBYTE];
    for _ in 0..sent / MEBIBYTE {
        if connection.try_write(&piece).is_err() {
            return connection;
        }
    }
    if sent == length {
        let _ = connection.try_write(tail.as_bytes());
    }
    connection
}

#[test]
fn a_gibibyte_goes_to_the_disk_and_not_to_memory() {
    let store = Bookstore::sqlite("bookstore-upload", &["--books", "10"]);
    assert_eq!(
        send_upload(&store, MEBIBYTE, MEBIBYTE).response().status,
        200
    );
    let before = store.example.resident();

    let length = 1024 * MEBIBYTE;
    let mut connection = send_upload(&store, length, length);
    let response = connection.response();
    let grown = store.example.resident().saturating_sub(before);
    assert_eq!(response.status, 200, "{}", response.body);
    assert!(grown < 32 << 20, "grown by {} MiB", grown >> 20);

    let cover = std::fs::metadata(store.directory.path("covers/1")).expect("the cover");
    assert_eq!(cover.len(), length as u64);
    wait_for_uploads(&store, (1, 0, 0));
}

#[test]
fn past_the_limit_nothing_is_left() {
    let store = Bookstore::sqlite(
        "bookstore-limit",
        &["--books", "10", "--max-upload", "4000000"],
    );
    // An announced length is refused at once. Without one, the upload is refused when it gets too
    // long.
    let announced = send_upload(&store, 8 * MEBIBYTE, 0).response();
    let mut connection = Connection::open(&store.example.address);
    connection.write(
        format!(
            "PUT /api/books/1/cover/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\
             Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
        )
        .as_bytes(),
    );
    let head = part_head("image/png");
    connection.write(format!("{:x}\r\n{head}\r\n", head.len()).as_bytes());
    for _ in 0..8 {
        let mut chunk = format!("{MEBIBYTE:x}\r\n").into_bytes();
        chunk.extend(vec![7; MEBIBYTE]);
        chunk.extend(b"\r\n");
        if connection.try_write(&chunk).is_err() {
            break;
        }
    }
    for response in [announced, connection.response()] {
        assert_is(
            &response,
            413,
            r#"{"detail":"Request content is larger than 4000000 bytes","status":413,"type":"value_error"}"#,
        );
    }
    wait_for_uploads(&store, (0, 0, 0));
    assert_eq!(store.json("/api/books/1/")["cover"], Value::Null);
}

#[test]
fn a_client_that_dies_leaves_nothing_behind() {
    let store = Bookstore::sqlite("bookstore-abort", &["--books", "10"]);
    let connection = send_upload(&store, 64 * MEBIBYTE, 16 * MEBIBYTE);
    // The server has started to write.
    wait_until(|| store.example.nameless_files() > 0);
    drop(connection);
    wait_for_uploads(&store, (0, 0, 0));
    assert_eq!(store.json("/api/books/1/")["cover"], Value::Null);
}

#[test]
fn an_export_takes_no_memory() {
    let store = Bookstore::sqlite("bookstore-export", &["--books", "100000"]);
    let mut warm = Connection::open(&store.example.address);
    warm.write(b"GET /api/export/books/?published_from=2019 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(warm.response().status, 200);
    let before = store.example.resident();

    let mut connection = Connection::open(&store.example.address);
    connection.write(b"GET /api/export/books/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(connection.head().0, 200);
    let (mut bytes, mut lines, mut most) = (0, 0, 0);
    while let Some(chunk) = connection.chunk().expect("the stream is whole") {
        bytes += chunk.len();
        lines += chunk.iter().filter(|byte| **byte == b'\n').count();
        most = most.max(store.example.resident());
    }
    assert_eq!(lines, 100_000);
    let grown = most.saturating_sub(before);
    assert!(bytes > 10 * MEBIBYTE && grown < 8 << 20, "{bytes}: {grown}");
}

/// Waits until this number of files of uploads is left: covers, temporary files, and unnamed files,
/// which may be closed a moment after the response.
pub(super) fn wait_for_uploads(store: &Bookstore, left: (usize, usize, usize)) {
    wait_until(|| store.uploads_left() == left);
}

/// Waits for a condition that should hold soon, and fails if it does not.
fn wait_until(condition: impl Fn() -> bool) {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !condition() {
        assert!(std::time::Instant::now() < end, "it did not happen");
        std::thread::yield_now();
    }
}
