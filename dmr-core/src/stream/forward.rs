//! Sends the frames of a stream, and asks the controller what to do when one fails.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll};

use super::encode::Step;
use super::{Ends, Frames, Output, StreamEnd};
use crate::component::InvalidItem;
use crate::controller::Controller;
use crate::error::{Error, EventError, EventReply, InvalidEvent};
use crate::exchange::{Aborted, Part};
use crate::respond::panic_text;

/// A stream whose first event has been asked for.
pub(crate) struct Started<'a> {
    frames: Box<dyn Frames + 'a>,
    /// What came of it, if it was ready and is not in the buffer already.
    first: Option<Step>,
}

/// Polls the stream once, before the status is sent: an error that is ready becomes the response (decision 14).
///
/// An [`Error`] has a status of its own, and gets it, and so has an [`InvalidItem`] of the request. Any other error is first shown to
/// [`handle_event_error`](Controller::handle_event_error), as it would be later in the stream.
pub(crate) async fn start<'a, C: Controller>(
    controller: &C,
    mut frames: Box<dyn Frames + 'a>,
) -> Result<Started<'a>, Error> {
    let polled = poll_fn(|cx| Poll::Ready(poll_caught(&mut *frames, cx))).await;
    let first = match polled {
        Poll::Pending => None,
        Poll::Ready(Step::Panicked(text)) if frames.is_empty() => {
            return Err(Error::internal(text));
        }
        Poll::Ready(Step::Unwritable(error)) if frames.is_empty() => {
            return Err(Error::internal(error));
        }
        Poll::Ready(Step::Failed(error)) if frames.is_empty() => {
            let error = match error.downcast::<Error>() {
                Ok(error) => return Err(error),
                Err(error) => match error.downcast::<InvalidItem>() {
                    Ok(invalid) => return Err(invalid.into()),
                    Err(error) => error,
                },
            };
            match recover(controller, error, &mut *frames).await {
                Ok(Flow::GoesOn) => None,
                Ok(Flow::Ends) => Some(Step::Closed),
                Err(error) => return Err(Error::internal(error)),
            }
        }
        Poll::Ready(step) => Some(step),
    };
    Ok(Started { frames, first })
}

/// Sends a stream to its end, and returns the last part.
pub(crate) async fn forward<C: Controller>(
    controller: &C,
    endpoint: &str,
    ends: &Ends,
    started: Started<'_>,
    out: &Output<Part>,
) -> Option<Part> {
    let Started {
        mut frames,
        mut first,
    } = started;
    let mut ended = pin!(ends.reached());
    loop {
        let step = match first.take() {
            Some(step) => step,
            None => {
                poll_fn(|cx| match ended.as_mut().poll(cx) {
                    Poll::Ready(end) => Poll::Ready(Step::End(end)),
                    Poll::Pending => poll_caught(&mut *frames, cx),
                })
                .await
            }
        };
        // Before the hook, which may take its time.
        if !matches!(step, Step::Ping) && !frames.is_empty() {
            out.send(Part::Chunk(Ok(frames.take()))).await;
        }
        let flow = match step {
            Step::Chunk => Ok(Flow::GoesOn),
            Step::End(end) => last_event(controller, end, &mut *frames),
            Step::Closed => Ok(Flow::Ends),
            Step::Panicked(text) => Err(Aborted::new(text)),
            Step::Ping => ping(controller, &mut *frames),
            Step::Unwritable(error) => Err(Aborted::new(error)),
            Step::Failed(error) => recover(controller, error, &mut *frames).await,
        };
        match flow {
            Ok(Flow::GoesOn) => {}
            Ok(Flow::Ends) => {
                frames.push_end();
                let rest = (!frames.is_empty()).then(|| frames.take());
                return rest.map(|rest| Part::Chunk(Ok(rest)));
            }
            Err(error) => {
                tracing::error!(endpoint, %error, "the stream was aborted");
                return Some(Part::Chunk(Err(error)));
            }
        }
    }
}

/// A panic of the producer ends its stream, and nothing else.
fn poll_caught(frames: &mut dyn Frames, cx: &mut Context<'_>) -> Poll<Step> {
    let polled = catch_unwind(AssertUnwindSafe(|| frames.poll_step(cx)));
    polled.unwrap_or_else(|panic| {
        let text = panic_text(&*panic);
        Poll::Ready(Step::Panicked(format!("the producer panicked: {text}")))
    })
}

enum Flow {
    GoesOn,
    Ends,
}

fn ping<C: Controller>(controller: &C, frames: &mut dyn Frames) -> Result<Flow, Aborted> {
    match controller.ping_event() {
        Some(event) => frames.push(&event).map_err(Aborted::new)?,
        None => frames.push_ping(),
    }
    Ok(Flow::GoesOn)
}

/// Renders what the controller says at the end.
fn last_event<C: Controller>(
    controller: &C,
    end: StreamEnd,
    frames: &mut dyn Frames,
) -> Result<Flow, Aborted> {
    if let Some(reply) = controller.last_event(end) {
        push(&reply, frames)?;
    }
    Ok(Flow::Ends)
}

/// Turns an error into the event that the controller answers with.
async fn recover<C: Controller>(
    controller: &C,
    error: EventError,
    frames: &mut dyn Frames,
) -> Result<Flow, Aborted> {
    if error.is_close() {
        return last_event(controller, StreamEnd::Complete, frames);
    }
    let reply = match controller.handle_event_error(error).await {
        Ok(reply) => reply,
        Err(error) if error.is_close() => {
            return last_event(controller, StreamEnd::Complete, frames);
        }
        Err(error) => match error.downcast::<InvalidEvent>() {
            Ok(invalid) => {
                let error = Error::response(invalid.details().to_vec());
                EventReply::error(controller.format_error(&error))
            }
            Err(error) => match error.downcast::<InvalidItem>() {
                Ok(invalid) => {
                    EventReply::error(controller.format_error(&invalid.into())).and_end()
                }
                Err(error) => return Err(Aborted::new(error.to_string())),
            },
        },
    };
    push(&reply, frames)?;
    Ok(if reply.last { Flow::Ends } else { Flow::GoesOn })
}

fn push(reply: &EventReply, frames: &mut dyn Frames) -> Result<(), Aborted> {
    let pushed = if reply.is_error {
        frames.push_error(&*reply.event)
    } else {
        frames.push(&*reply.event)
    };
    pushed.map_err(Aborted::new)
}
