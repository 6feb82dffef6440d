//! Sends the frames of a stream. If a frame fails, the controller decides how to go on.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll};

use super::body::Part;
use super::encode::Encoded;
use super::errors::panic_text;
use super::{Aborted, Frames};
use crate::component::InvalidItem;
use crate::controller::Hooks;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::stream::{EventError, EventReply, InvalidEvent, Output, StreamEnd};

/// A stream that has been polled once.
pub(super) struct PolledStream<'a> {
    frames: Box<dyn Frames + 'a>,
    /// The first step, if the stream was ready and the buffer does not hold the result.
    first: Option<Encoded>,
}

/// Polls the stream once before the status is sent. An error that is ready becomes the response.
///
/// An [`Error`] and an [`InvalidItem`] of the request have a status, which the response gets. Any
/// other error first goes to [`handle_event_error`](crate::Controller::handle_event_error), as it
/// would later in the stream.
pub(super) async fn start<'a>(
    endpoint: &Endpoint,
    mut frames: Box<dyn Frames + 'a>,
) -> Result<PolledStream<'a>, Error> {
    let polled = poll_fn(|cx| Poll::Ready(poll_caught(&mut *frames, cx))).await;
    let first = match polled {
        Poll::Pending => None,
        Poll::Ready(Encoded::Panicked(text)) if frames.is_empty() => {
            return Err(Error::internal(text));
        }
        Poll::Ready(Encoded::Unwritable(error)) if frames.is_empty() => {
            return Err(Error::internal(error));
        }
        Poll::Ready(Encoded::Failed(error)) if frames.is_empty() => {
            let error = match error.downcast::<Error>() {
                Ok(error) => return Err(error),
                Err(error) => match error.downcast::<InvalidItem>() {
                    Ok(invalid) => return Err(invalid.into()),
                    Err(error) => error,
                },
            };
            match answer_event_error(&*endpoint.controller, error, &mut *frames).await {
                Ok(Flow::GoesOn) => None,
                Ok(Flow::Ends) => Some(Encoded::Closed),
                Err(error) => return Err(Error::internal(error)),
            }
        }
        Poll::Ready(step) => Some(step),
    };
    Ok(PolledStream { frames, first })
}

/// Sends a stream to its end, and returns the last part.
pub(super) async fn forward(
    endpoint: &Endpoint,
    started: PolledStream<'_>,
    out: &Output<Part>,
) -> Option<Part> {
    let PolledStream {
        mut frames,
        mut first,
    } = started;
    let controller = &*endpoint.controller;
    let mut ended = pin!(endpoint.metadata.stream_limits.reached());
    loop {
        let step = match first.take() {
            Some(step) => step,
            None => {
                poll_fn(|cx| match ended.as_mut().poll(cx) {
                    Poll::Ready(end) => Poll::Ready(Encoded::End(end)),
                    Poll::Pending => poll_caught(&mut *frames, cx),
                })
                .await
            }
        };
        // Send before the hook is called: it may take long.
        if !matches!(step, Encoded::Ping) && !frames.is_empty() {
            out.send(Part::Chunk(Ok(frames.take()))).await;
        }
        let flow = match step {
            Encoded::Chunk => Ok(Flow::GoesOn),
            Encoded::End(end) => last_event(controller, end, &mut *frames),
            Encoded::Closed => Ok(Flow::Ends),
            Encoded::Panicked(text) => Err(Aborted::new(text)),
            Encoded::Ping => ping(controller, &mut *frames),
            Encoded::Unwritable(error) => Err(Aborted::new(error)),
            Encoded::Failed(error) => answer_event_error(controller, error, &mut *frames).await,
        };
        match flow {
            Ok(Flow::GoesOn) => {}
            Ok(Flow::Ends) => {
                frames.push_end();
                let rest = (!frames.is_empty()).then(|| frames.take());
                return rest.map(|rest| Part::Chunk(Ok(rest)));
            }
            Err(error) => {
                let endpoint = &*endpoint.metadata.declaration.endpoint;
                tracing::error!(endpoint, %error, "the stream was aborted");
                return Some(Part::Chunk(Err(error)));
            }
        }
    }
}

/// Polls the frames. A panic of the producer ends only its stream.
fn poll_caught(frames: &mut dyn Frames, cx: &mut Context<'_>) -> Poll<Encoded> {
    let polled = catch_unwind(AssertUnwindSafe(|| frames.poll_encoded(cx)));
    polled.unwrap_or_else(|panic| {
        let text = panic_text(&*panic);
        Poll::Ready(Encoded::Panicked(format!("the producer panicked: {text}")))
    })
}

enum Flow {
    GoesOn,
    Ends,
}

fn ping(controller: &dyn Hooks, frames: &mut dyn Frames) -> Result<Flow, Aborted> {
    match controller.ping_event() {
        Some(event) => frames.push(&event).map_err(Aborted::new)?,
        None => frames.push_ping(),
    }
    Ok(Flow::GoesOn)
}

/// Renders the controller's last event.
fn last_event(
    controller: &dyn Hooks,
    end: StreamEnd,
    frames: &mut dyn Frames,
) -> Result<Flow, Aborted> {
    if let Some(reply) = controller.last_event(end) {
        push(&reply, frames)?;
    }
    Ok(Flow::Ends)
}

/// Renders the event with which the controller answers an error.
async fn answer_event_error(
    controller: &dyn Hooks,
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
                controller.error_event(&error)
            }
            Err(error) => match error.downcast::<InvalidItem>() {
                Ok(invalid) => controller.error_event(&invalid.into()).and_end(),
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
