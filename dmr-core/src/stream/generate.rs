//! Streams written as async code: a future that hands out items on its way.
//!
//! The item crosses from the future to its stream in a slot that both share, which is safe code,
//! and also works where the future runs its parts under wakers of their own (`FuturesUnordered`,
//! `select!`).

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
    /// How many items the stream has taken out.
    taken: Cell<u64>,
    /// Whoever polls the stream.
    consumer: RefCell<Waker>,
    /// Parts of the future that wait for the slot under wakers of their own.
    waiting: RefCell<Vec<Waker>>,
}

/// The end of a [`generator`] that sends.
pub(crate) struct Output<T> {
    slot: Rc<Slot<T>>,
}

impl<T> Output<T> {
    /// Hands over an item, and is ready once the next one is wanted.
    pub(crate) fn send(&self, item: T) -> Sending<'_, T> {
        Sending {
            slot: &self.slot,
            state: State::Waiting(Some(item)),
        }
    }
}

/// An item on its way. It is the future itself, so that a stream that waits has room for one item,
/// not two.
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub(crate) struct Sending<'s, T> {
    slot: &'s Slot<T>,
    state: State<T>,
}

enum State<T> {
    /// The slot was not free yet.
    Waiting(Option<T>),
    /// The item is in the slot since this many had been taken.
    Placed(u64),
}

// Nothing is pinned in it.
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

/// The items that the future sends, then the one that it returns.
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
            // An item may still be in the slot, from a send that was given up.
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

/// The end of [`Events::generate`](super::Events::generate) that sends.
pub struct Sender<T>(Output<Result<T, EventError>>);

impl<T> Sender<T> {
    /// Hands an event to the client, and returns once it wants the next one.
    pub async fn send(&self, event: T) {
        self.0.send(Ok(event)).await;
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

/// The events that a producer sends, then its error.
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
