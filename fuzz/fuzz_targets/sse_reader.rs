//! Any bytes: no panic, and what another reader reads, ours reads alike.

#![no_main]

#[path = "../../tests/framing/bytes.rs"]
mod bytes;

use self::bytes::{collected, pieces};
use dmr::client::{SseMessage, SseReader};
use eventsource_stream::Eventsource;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let (length, bytes) = input;
    let ours = collected(SseReader::text(pieces(bytes, length.into())));
    collected(SseReader::<serde_json::Value, _>::new(pieces(bytes, length.into())).max_event(16));
    if std::str::from_utf8(bytes).is_err() {
        return;
    }
    // Theirs panics at a byte order mark; the reader of the standard passes over one.
    const MARK: &[u8] = "\u{feff}".as_bytes();
    let unmarked = bytes.strip_prefix(MARK).unwrap_or(bytes);
    if unmarked.starts_with(MARK) {
        return;
    }
    let theirs = collected(pieces(unmarked, length.into()).eventsource());
    let Ok(theirs) = theirs.into_iter().collect::<Result<Vec<_>, _>>() else {
        return;
    };
    let ours: Vec<_> = ours
        .into_iter()
        .map(|event| event.expect("it is short"))
        .collect();
    let theirs: Vec<_> = theirs
        .into_iter()
        .map(|event| SseMessage {
            event: event.event,
            id: event.id,
            data: event.data,
        })
        .collect();
    assert_eq!(ours, theirs);
});
