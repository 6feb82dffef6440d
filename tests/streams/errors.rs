//! Errors.

use super::*;

struct Numbers;

#[controller]
impl Controller for Numbers {
    /// Goes on after the error.
    async fn get(&self) -> JsonLines<'_, u32> {
        JsonLines::fallible(stream::iter([2, 3, 4].map(even)))
    }

    /// The producer closes the stream.
    async fn put(&self) -> JsonLines<'_, u32> {
        try_events! {
            yield 2;
            Err(EventError::close())?;
            yield 4;
        }
    }

    async fn handle_event_error(&self, error: EventError) -> Result<EventReply, EventError> {
        let odd: Odd = error.downcast()?;
        Ok(EventReply::event(Json::from(odd.to_string())))
    }
}

struct Closing;

#[controller]
impl Controller for Closing {
    async fn get(&self) -> JsonLines<'_, u32> {
        JsonLines::fallible(stream::iter([2, 3, 4].map(even)))
    }

    async fn handle_event_error(&self, _: EventError) -> Result<EventReply, EventError> {
        Err(EventError::close())
    }
}

struct Unhandled;

#[controller]
impl Controller for Unhandled {
    async fn get(&self) -> JsonLines<'_, u32> {
        JsonLines::fallible(stream::iter([2, 3, 4].map(even)))
    }

    /// Fails before the first event.
    async fn put(&self) -> JsonLines<'_, u32> {
        JsonLines::fallible(stream::iter([3, 4].map(even)))
    }

    /// Fails before the first event with a status.
    #[modify(responses = [ResponseSpec::new::<ErrorModel>(StatusCode::CONFLICT)])]
    async fn post(&self) -> JsonLines<'_, u32> {
        try_events! {
            Err(Error::new(StatusCode::CONFLICT, ErrorModel::msg("no")))?;
            yield 1;
        }
    }

    /// The same, undeclared.
    async fn patch(&self) -> JsonLines<'_, u32> {
        try_events! {
            Err(Error::new(StatusCode::CONFLICT, ErrorModel::msg("no")))?;
            yield 1;
        }
    }
}

#[test]
fn the_answer_of_the_hook_is_an_event() {
    let address = serve_one(Numbers);
    assert_eq!(get(&address, "/").body, "2\n\"a number is odd: 3\"\n4\n");
}

#[test]
fn the_close_error_ends_the_stream_cleanly() {
    let response = client::send(&serve_one(Numbers), "PUT", "/", &[]);
    assert_eq!((response.body.as_str(), response.complete), ("2\n", true));
    let response = get(&serve_one(Closing), "/");
    assert_eq!((response.body.as_str(), response.complete), ("2\n", true));
}

#[test]
fn an_error_that_nobody_handles_cuts_the_stream() {
    let response = get(&serve_one(Unhandled), "/");
    assert_eq!(response.status, 200);
    assert_eq!((response.body.as_str(), response.complete), ("2\n", false));
}

#[test]
fn an_error_before_the_first_event_is_the_response() {
    let address = serve_one(Unhandled);
    let response = client::send(&address, "PUT", "/", &[]);
    assert_eq!((response.status, response.body.as_str()), (500, INTERNAL));

    let response = client::send(&address, "POST", "/", &[]);
    assert_eq!(response.status, 409);
    assert_eq!(response.headers["content-type"], "application/json");
    assert_eq!(response.body, r#"{"detail":[{"msg":"no"}]}"#);

    let response = client::send(&address, "PATCH", "/", &[]);
    assert_eq!(response.status, 422);
    assert_eq!(
        response.body,
        "{\"detail\":[{\"msg\":\"Returned status code 409 is not specified in the list of allowed \
         status codes: [200, 422, 406]\",\"type\":\"value_error\"}]}"
    );
}

#[test]
fn in_debug_the_text_of_an_internal_error_is_sent() {
    let router = Router::new("").settings(Settings::new().debug(true));
    let address = serve(router.route("", Unhandled));
    let response = client::send(&address, "PUT", "/", &[]);
    assert_eq!(
        response.body,
        r#"{"detail":[{"msg":"a number is odd: 3","type":"internal_error"}]}"#
    );
}
