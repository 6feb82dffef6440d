//! Sends the frames of a stream, and asks the controller what to do when one fails.

use std::future::poll_fn;
use std::task::Poll;

use super::encode::Step;
use super::{Frames, Output};
use crate::controller::Controller;
use crate::error::{Error, EventError, EventReply, InvalidEvent};
use crate::exchange::{Aborted, Part};

/// A stream whose first event has been asked for.
pub(crate) struct Started<'a> {
    frames: Box<dyn Frames + 'a>,
    /// What came of it, if it was ready and is not in the buffer already.
    first: Option<Step>,
}

/// Polls the stream once, before the status is sent: an error that is ready becomes the response (decision 14).
///
/// An [`Error`] has a status of its own, and gets it. Any other error is first shown to
/// [`handle_event_error`](Controller::handle_event_error), as it would be later in the stream.
pub(crate) async fn start<'a, C: Controller>(
    controller: &C,
    mut frames: Box<dyn Frames + 'a>,
) -> Result<Started<'a>, Error> {
    let polled = poll_fn(|cx| Poll::Ready(frames.poll_step(cx))).await;
    let first = match polled {
        Poll::Pending => None,
        Poll::Ready(Step::Unwritable(error)) if frames.is_empty() => {
            return Err(Error::internal(error));
        }
        Poll::Ready(Step::Failed(error)) if frames.is_empty() => {
            let error = match error.downcast::<Error>() {
                Ok(error) => return Err(error),
                Err(error) => error,
            };
            match recover(controller, error, &mut *frames).await {
                Ok(Flow::GoesOn) => None,
                Ok(Flow::Ends) => Some(Step::End),
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
    started: Started<'_>,
    out: &Output<Part>,
) -> Option<Part> {
    let Started {
        mut frames,
        mut first,
    } = started;
    loop {
        let step = match first.take() {
            Some(step) => step,
            None => poll_fn(|cx| frames.poll_step(cx)).await,
        };
        // Before the hook, which may take its time.
        if !matches!(step, Step::Ping) && !frames.is_empty() {
            out.send(Part::Chunk(Ok(frames.take()))).await;
        }
        let flow = match step {
            Step::Chunk => Ok(Flow::GoesOn),
            Step::End => Ok(Flow::Ends),
            Step::Ping => ping(controller, &mut *frames),
            Step::Unwritable(error) => Err(Aborted::new(error)),
            Step::Failed(error) => recover(controller, error, &mut *frames).await,
        };
        match flow {
            Ok(Flow::GoesOn) => {}
            Ok(Flow::Ends) if frames.is_empty() => return None,
            Ok(Flow::Ends) => return Some(Part::Chunk(Ok(frames.take()))),
            Err(error) => {
                tracing::error!(endpoint, %error, "the stream was aborted");
                return Some(Part::Chunk(Err(error)));
            }
        }
    }
}

enum Flow {
    GoesOn,
    Ends,
}

fn ping<C: Controller>(controller: &C, frames: &mut dyn Frames) -> Result<Flow, Aborted> {
    if let Some(event) = controller.ping_event() {
        frames.push(&event).map_err(Aborted::new)?;
    }
    Ok(Flow::GoesOn)
}

/// Turns an error into the event that the controller answers with.
async fn recover<C: Controller>(
    controller: &C,
    error: EventError,
    frames: &mut dyn Frames,
) -> Result<Flow, Aborted> {
    if error.is_close() {
        return Ok(Flow::Ends);
    }
    let reply = match controller.handle_event_error(error).await {
        Ok(reply) => reply,
        Err(error) if error.is_close() => return Ok(Flow::Ends),
        Err(error) => match error.downcast::<InvalidEvent>() {
            Ok(invalid) => {
                let error = Error::response(invalid.details().to_vec());
                EventReply::event(controller.format_error(&error))
            }
            Err(error) => return Err(Aborted::new(error.to_string())),
        },
    };
    frames.push(&*reply.event).map_err(Aborted::new)?;
    Ok(if reply.last { Flow::Ends } else { Flow::GoesOn })
}
