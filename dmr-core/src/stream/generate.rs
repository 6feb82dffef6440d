//! Streams that are written as async code: a future that yields items on its way.
//!
//! An item passes from the future to its stream through a slot that both share. Generators that
//! pass it through the `Context` of `poll` swap the waker, and panic where the future runs its
//! parts under other wakers, as `FuturesUnordered` does. A channel would let the producer run ahead
//! of the client: `send` would return as soon as the item is in the channel. Here it returns only
//! when the stream is polled for the next item.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use pin_project_lite::pin_project;

use super::EventError;

struct Slot<T> {
    item: Cell<Option<T>>,
    /// The number of items that the stream has taken. A sender compares it to learn that its own
    /// item has been taken. An empty slot would not tell: another part of the future may refill the
    /// slot before the sender is polled again.
    taken: Cell<u64>,
    /// The waker of the task that polls the stream.
    consumer: RefCell<Waker>,
    /// The other wakers under which parts of the future wait for the slot. `FuturesUnordered` polls
    /// a part only after its own waker was called: without these wakers, such a part would wait
    /// forever.
    waiting: RefCell<Vec<Waker>>,
}

/// The sending end of a [`generator`].
pub(crate) struct Output<T> {
    slot: Rc<Slot<T>>,
}

impl<T> Output<T> {
    /// Hands over an item. Ready when the next item is wanted.
    pub(crate) fn send(&self, item: T) -> Sending<'_, T> {
        Sending {
            slot: &self.slot,
            state: State::Waiting(Some(item)),
        }
    }
}

/// An item on its way to the slot. This is a future of its own, not an `async fn`, which would keep
/// room for two items while it waits.
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub(crate) struct Sending<'s, T> {
    slot: &'s Slot<T>,
    state: State<T>,
}

enum State<T> {
    /// The item waits for a free slot.
    Waiting(Option<T>),
    /// The item is in the slot. This is the number of items that had been taken before.
    Placed(u64),
}

// No field is pinned.
impl<T> Unpin for Sending<'_, T> {}

impl<T> Future for Sending<'_, T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let slot = self.slot;
        match &mut self.state {
            State::Placed(taken) if *taken < slot.taken.get() => return Poll::Ready(()),
            State::Placed(_) => {}
            State::Waiting(item) => match slot.item.take() {
                None => {
                    slot.item.set(item.take());
                    self.state = State::Placed(slot.taken.get());
                }
                occupied => slot.item.set(occupied),
            },
        }
        if !slot.consumer.borrow().will_wake(cx.waker()) {
            slot.waiting.borrow_mut().push(cx.waker().clone());
        }
        Poll::Pending
    }
}

pin_project! {
    struct Generator<T, Fut> {
        #[pin]
        future: Option<Fut>,
        slot: Rc<Slot<T>>,
    }
}

/// A stream of the items that the future sends, and of the one that it returns at the end.
pub(crate) fn generator<T, Fut>(start: impl FnOnce(Output<T>) -> Fut) -> impl Stream<Item = T>
where
    Fut: Future<Output = Option<T>>,
{
    let slot = Rc::new(Slot {
        item: Cell::new(None),
        taken: Cell::new(0),
        consumer: RefCell::new(Waker::noop().clone()),
        waiting: RefCell::new(Vec::new()),
    });
    let output = Output {
        slot: Rc::clone(&slot),
    };
    Generator {
        future: Some(start(output)),
        slot,
    }
}

impl<T, Fut: Future<Output = Option<T>>> Stream for Generator<T, Fut> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut this = self.project();
        let Some(future) = this.future.as_mut().as_pin_mut() else {
            return Poll::Ready(this.slot.item.take());
        };
        if !this.slot.consumer.borrow().will_wake(cx.waker()) {
            cx.waker().clone_into(&mut this.slot.consumer.borrow_mut());
        }
        let polled = future.poll(cx);
        if let Poll::Ready(last) = polled {
            this.future.set(None);
            // The slot may still hold an item, if its `Sending` was dropped.
            return Poll::Ready(match this.slot.item.take() {
                Some(item) => {
                    this.slot.item.set(last);
                    Some(item)
                }
                None => last,
            });
        }
        match this.slot.item.take() {
            Some(item) => {
                this.slot.taken.set(this.slot.taken.get() + 1);
                for waker in this.slot.waiting.borrow_mut().drain(..) {
                    waker.wake();
                }
                Poll::Ready(Some(item))
            }
            None => Poll::Pending,
        }
    }
}

/// The sending end of [`Events::generate`](super::Events::generate).
pub struct Sender<T>(Output<Result<T, EventError>>);

impl<T> Sender<T> {
    /// Hands an event to the client. Returns when the client can take the next one.
    pub async fn send(&self, event: T) {
        self.0.send(Ok(event)).await;
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

/// A stream of the events that a producer sends, and of its error at the end.
pub(super) fn events<'a, T: 'a>(
    producer: impl AsyncFnOnce(Sender<T>) -> Result<(), EventError> + 'a,
) -> impl Stream<Item = Result<T, EventError>> + 'a {
    generator(|output| async move { producer(Sender(output)).await.err().map(Err) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt;
    use futures_util::stream::FuturesUnordered;

    fn collected(
        producer: impl AsyncFnOnce(Sender<u32>) -> Result<(), EventError>,
    ) -> Vec<Result<u32, String>> {
        let items = events(producer).map(|item| item.map_err(|error| error.to_string()));
        futures_util::FutureExt::now_or_never(items.collect()).expect("nothing to wait for")
    }

    #[test]
    fn sends_in_order_and_ends_with_the_error() {
        let items = collected(async |out| {
            out.send(1).await;
            out.send(2).await;
            Err("out of numbers".into())
        });
        assert_eq!(items, [Ok(1), Ok(2), Err("out of numbers".to_owned())]);
    }

    #[test]
    fn parts_of_the_producer_may_send_at_the_same_time() {
        let items = collected(async |out| {
            let mut parts: FuturesUnordered<_> =
                [1, 2, 3].into_iter().map(|n| out.send(n)).collect();
            while parts.next().await.is_some() {}
            out.send(4).await;
            Ok(())
        });
        let numbers: Result<Vec<u32>, String> = items.into_iter().collect();
        let mut numbers = numbers.expect("it does not fail");
        assert_eq!(numbers.pop(), Some(4));
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3]);
    }
}
