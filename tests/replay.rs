//! Many writers and readers of one log. Each reader is cut off now and then. No reader sees a gap
//! or a duplicate, and all see the same order.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::thread;

use dmr::stream::{Replay, Replayed};
use futures_util::StreamExt;
use rand::RngExt;

const WRITERS: u64 = 4;
const READERS: usize = 8;
const EVENTS: u64 = 2_000;

/// Follows the log to its end, and reconnects after every few events.
fn read(log: &Replay<u64>) -> Vec<(u64, u64)> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(async {
        let mut random = rand::rng();
        let mut seen: Vec<(u64, u64)> = Vec::new();
        while seen.len() < (WRITERS * EVENTS) as usize {
            let mut events = match seen.last() {
                Some((id, _)) => log.after(Some(*id)).boxed_local(),
                None => log.from_start().boxed_local(),
            };
            for _ in 0..random.random_range(1..200) {
                if seen.len() == (WRITERS * EVENTS) as usize {
                    break;
                }
                match events
                    .next()
                    .await
                    .expect("it goes on")
                    .expect("it is kept")
                {
                    Replayed::Event(event) => seen.push((event.id, *event.event)),
                    Replayed::Missed => panic!("nothing is dropped"),
                }
            }
        }
        seen
    })
}

#[test]
fn every_reader_sees_everything_once() {
    let log = Replay::new((WRITERS * EVENTS) as usize);
    let seen: Vec<Vec<(u64, u64)>> = thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(|| read(&log))).collect();
        for writer in 0..WRITERS {
            let log = &log;
            scope.spawn(move || {
                for event in 0..EVENTS {
                    log.publish(writer * EVENTS + event);
                }
            });
        }
        let seen = readers.into_iter().map(thread::ScopedJoinHandle::join);
        seen.map(|seen| seen.expect("it has read")).collect()
    });
    let first = &seen[0];
    assert!(seen.iter().all(|seen| seen == first));
    let (begin, _) = first[0];
    let ids: Vec<u64> = first.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, (begin..begin + WRITERS * EVENTS).collect::<Vec<u64>>());
    let mut events: Vec<u64> = first.iter().map(|(_, event)| *event).collect();
    events.sort_unstable();
    assert_eq!(events, (0..WRITERS * EVENTS).collect::<Vec<u64>>());
}
