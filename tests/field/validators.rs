//! Validators of streams: what looks at each event before it is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dmr::stream::{
    CheckSchema, EventError, EventReply, EventSchema, EventValidator, InvalidEvent, events,
};
use dmr::{
    Controller, ErrorModel, Events, JsonLines, Router, Settings, Sse, SseEvent, SseEvents,
    controller,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::client::{get, send, serve};

fn router(controller: impl Controller) -> Router {
    Router::new("")
        .settings(Settings::new().debug(false))
        .route("", controller)
}

#[derive(Serialize, JsonSchema)]
struct User {
    #[schemars(length(min = 1))]
    name: &'static str,
    secret: u8,
}

const ANN: User = User {
    name: "Ann",
    secret: 1,
};
const NOBODY: User = User {
    name: "",
    secret: 2,
};

/// The user in an event, however deep it is.
fn user(event: &mut Value) -> &mut Value {
    match event.get("data") {
        Some(_) => user(&mut event["data"]),
        None => event,
    }
}

/// Hides secrets in whatever has one.
struct Hide;

impl EventValidator for Hide {
    fn validate(&self, mut event: Value, _: &EventSchema<'_>) -> Result<Value, EventError> {
        if let Some(secret) = user(&mut event).get_mut("secret") {
            *secret = 0.into();
        }
        Ok(event)
    }
}

/// Counts the events that it sees, and names the endpoint of a user that it does not like.
struct Refuse(&'static str, Arc<AtomicU32>);

impl EventValidator for Refuse {
    fn validate(&self, mut event: Value, schema: &EventSchema<'_>) -> Result<Value, EventError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        if user(&mut event)["name"] == self.0 {
            let text = format!("{} is refused by {}", self.0, schema.endpoint());
            return Err(InvalidEvent::msg(text).into());
        }
        Ok(event)
    }
}

fn refuse(name: &'static str) -> Refuse {
    Refuse(name, Arc::default())
}

#[derive(Debug, thiserror::Error)]
#[error("no more users")]
struct NoMore;

/// Raises an error of the application.
struct Raise;

impl EventValidator for Raise {
    fn validate(&self, _: Value, _: &EventSchema<'_>) -> Result<Value, EventError> {
        Err(NoMore.into())
    }
}

struct Users;

#[controller(event_validators = (CheckSchema, Hide))]
impl Controller for Users {
    async fn get(&self) -> Events<'_, User, (JsonLines, Sse)> {
        events! { yield ANN; yield NOBODY; yield ANN; }
    }

    /// The innermost level decides, as for every option.
    #[modify(event_validators = [refuse("Ann")])]
    async fn post(&self) -> JsonLines<'_, User> {
        events! { yield ANN; yield NOBODY; }
    }

    #[modify(event_validators = [Raise])]
    async fn put(&self) -> JsonLines<'_, User> {
        events! { yield ANN; yield ANN; }
    }

    async fn handle_event_error(&self, error: EventError) -> Result<EventReply, EventError> {
        let error = error.downcast::<NoMore>()?;
        Ok(EventReply::last(ErrorModel::msg(error)))
    }
}

const INVALID: &str =
    r#"{"detail":[{"msg":"Expected `str` of length >= 1 - at `$.name`","type":"value_error"}]}"#;

#[test]
fn validators_change_and_refuse_events() {
    let address = serve(router(Users));
    let hidden = r#"{"name":"Ann","secret":0}"#;
    assert_eq!(
        get(&address, "/").body,
        format!("{hidden}\n{INVALID}\n{hidden}\n")
    );
    let sse = send(&address, "GET", "/", &[("Accept", "text/event-stream")]);
    let event = format!("data: {hidden}\r\n\r\n");
    let error = format!("event: error\r\ndata: {INVALID}\r\n\r\n");
    assert_eq!(sse.body, format!("{event}{error}{event}"));
    let refused = r#"{"detail":[{"msg":"Ann is refused by POST /","type":"value_error"}]}"#;
    assert_eq!(
        send(&address, "POST", "/", &[]).body,
        format!("{refused}\n{{\"name\":\"\",\"secret\":2}}\n")
    );
    let raised = r#"{"detail":[{"msg":"no more users"}]}"#;
    assert_eq!(send(&address, "PUT", "/", &[]).body, format!("{raised}\n"));
}

struct Inherits;

#[controller]
impl Controller for Inherits {
    async fn get(&self) -> JsonLines<'_, User> {
        events! { yield ANN; yield NOBODY; }
    }

    #[modify(validate_events = false)]
    async fn post(&self) -> JsonLines<'_, User> {
        events! { yield ANN; yield NOBODY; }
    }
}

/// The levels are those of every option. `validate_events` is the switch of the schema.
#[test]
fn the_innermost_level_with_validators_decides() {
    let seen = Arc::new(AtomicU32::new(0));
    let outer = Settings::new().event_validators([Refuse("x", Arc::clone(&seen))]);
    let router = Router::new("")
        .settings(outer.debug(false))
        .route("outer", Inherits)
        .include(
            "inner",
            Router::new("")
                .event_validators((Hide, CheckSchema))
                .route("x", Inherits),
        );
    let address = serve(router);
    let outer = "{\"name\":\"Ann\",\"secret\":1}\n{\"name\":\"\",\"secret\":2}\n";
    assert_eq!(get(&address, "/outer").body, outer);
    assert_eq!(seen.load(Ordering::SeqCst), 2);
    let hidden = "{\"name\":\"Ann\",\"secret\":0}\n";
    assert_eq!(
        get(&address, "/inner/x").body,
        format!("{hidden}{INVALID}\n")
    );
    assert_eq!(
        send(&address, "POST", "/inner/x", &[]).body,
        format!("{hidden}{{\"name\":\"\",\"secret\":0}}\n")
    );
    assert_eq!(seen.load(Ordering::SeqCst), 2);
}

#[derive(SseEvents)]
enum Update {
    User(User),
    #[event(unnamed, raw)]
    Text(&'static str),
}

struct Updates;

#[controller(event_validators = (Hide, CheckSchema))]
impl Controller for Updates {
    async fn get(&self) -> Sse<'_, SseEvent<Update>> {
        events! {
            yield SseEvent::new(Update::User(ANN)).id(7).comment("c");
            yield SseEvent::new(Update::Text("as it is"));
            yield SseEvent::raw("[DONE]");
            yield SseEvent::id_only(8);
        }
    }
}

/// An event that was changed is still an event.
#[test]
fn a_changed_event_keeps_its_fields() {
    assert_eq!(
        get(&serve(router(Updates)), "/").body,
        ": c\r\nid: 7\r\nevent: user\r\ndata: {\"name\":\"Ann\",\"secret\":0}\r\n\r\n\
         data: as it is\r\n\r\ndata: [DONE]\r\n\r\nid: 8\r\n\r\n"
    );
}

/// Writes over every event.
struct Overwrite;

impl EventValidator for Overwrite {
    fn validate(&self, mut event: Value, _: &EventSchema<'_>) -> Result<Value, EventError> {
        event["event"] = "two\nlines".into();
        Ok(event)
    }
}

struct Overwritten;

#[controller(event_validators = [Overwrite])]
impl Controller for Overwritten {
    async fn get(&self) -> Sse<'_, SseEvent<u8>> {
        events! { yield SseEvent::new(1); }
    }

    async fn handle_event_error(&self, error: EventError) -> Result<EventReply, EventError> {
        Ok(EventReply::last(ErrorModel::msg(error)))
    }
}

/// No validator can break the framing.
#[test]
fn a_changed_event_that_cannot_be_sent_is_an_error() {
    let body = get(&serve(router(Overwritten)), "/").body;
    assert!(
        body.contains("the validators returned an event that cannot be sent: Event event must not"),
        "{body}"
    );
}
