//! How long a stream may hold its worker.

use std::time::{Duration, Instant};

/// A producer that computes its events never waits, so nothing else on its worker would run, and
/// its first event would leave together with its last one. After this time the ready events are
/// sent, and the other tasks of the worker run.
const LENGTH: Duration = Duration::from_millis(2);

/// The most events between two looks at the clock. A look costs as much as a small event.
const MOST_UNSEEN: u32 = 16;

/// The time since the worker last turned to a stream.
#[derive(Debug)]
pub(super) struct Turn {
    began: Option<Instant>,
    /// The number of events before the next look at the clock.
    unseen: u32,
    /// The value of `unseen` after the next look. It grows while the events are quick.
    next: u32,
    over: bool,
}

impl Turn {
    pub(super) fn new() -> Self {
        Self {
            began: None,
            unseen: 0,
            next: 0,
            over: false,
        }
    }

    /// Begins a turn, or goes on with the one that is under way. `false` if the turn is over: the
    /// caller has to wake itself and return.
    pub(super) fn goes_on(&mut self) -> bool {
        if std::mem::take(&mut self.over) {
            self.end();
            return false;
        }
        self.began.get_or_insert_with(Instant::now);
        true
    }

    /// The stream waits by itself. Its next event may be slower than the ones before.
    pub(super) fn end(&mut self) {
        self.began = None;
        (self.unseen, self.next) = (0, 0);
    }

    /// Notes an event. `true` if the turn is over.
    #[inline]
    pub(super) fn event(&mut self) -> bool {
        match self.unseen.checked_sub(1) {
            Some(unseen) => {
                self.unseen = unseen;
                false
            }
            None => self.look(),
        }
    }

    #[cold]
    #[inline(never)]
    fn look(&mut self) -> bool {
        let began = *self.began.get_or_insert_with(Instant::now);
        self.over = began.elapsed() >= LENGTH;
        self.next = match self.over {
            true => 0,
            false => (2 * self.next + 1).min(MOST_UNSEEN - 1),
        };
        self.unseen = self.next;
        self.over
    }
}
