//! Streams as clients see them: bytes, errors, pings, and the end of either side.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::time::{Duration, Instant};

use client::{Connection, get, serve};
use dmr::stream::InvalidEvent;
use dmr::stream::{StreamingResponse, events, format, try_events};
use dmr::{
    Controller, Error, ErrorModel, EventError, EventReply, Json, JsonLines, ResponseSpec, Router,
    Settings, StatusCode, controller,
};
use futures_util::stream;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;

fn router() -> Router {
    Router::new("").settings(Settings::new().debug(false))
}

/// Serves one controller at `/`.
fn serve_one(controller: impl Controller) -> String {
    serve(router().route("", controller))
}

const INTERNAL: &str = r#"{"detail":[{"msg":"Internal server error","type":"internal_error"}]}"#;

#[derive(Debug, thiserror::Error)]
#[error("a number is odd: {0}")]
struct Odd(u32);

fn even(number: u32) -> Result<u32, Odd> {
    if number.is_multiple_of(2) {
        Ok(number)
    } else {
        Err(Odd(number))
    }
}

mod values {
    use super::*;

    struct Values;

    #[controller]
    impl Controller for Values {
        async fn get(&self) -> JsonLines<'_, Json> {
            let values = [
                json!(1),
                json!(1.0),
                json!(true),
                Value::Null,
                json!("str"),
                json!(["a\nb", true, {}]),
                json!({"a": {"b": "é"}}),
            ];
            JsonLines::new(stream::iter(values.map(Json)))
        }

        async fn post(&self) -> JsonLines<'_, u32> {
            events! {
                if false {
                    yield 1;
                }
            }
        }
    }

    #[test]
    fn each_event_is_a_line() {
        let response = get(&serve_one(Values), "/");
        assert_eq!(
            response.body,
            "1\n1.0\ntrue\nnull\n\"str\"\n[\"a\\nb\",true,{}]\n{\"a\":{\"b\":\"é\"}}\n"
        );
    }

    #[test]
    fn a_post_that_streams_is_a_200_and_may_be_empty() {
        let response = client::send(&serve_one(Values), "POST", "/", &[]);
        assert_eq!((response.status, response.body.as_str()), (200, ""));
        assert!(response.complete);
    }

    #[test]
    fn pipelined_streams_have_each_their_own_head() {
        let mut connection = Connection::open(&serve_one(Values));
        let request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        connection.write(&request.repeat(2));
        let (first, second) = (connection.response(), connection.response());
        for response in [&first, &second] {
            let names: Vec<&String> = response.headers.keys().collect();
            assert_eq!(
                names,
                [
                    "cache-control",
                    "connection",
                    "content-type",
                    "date",
                    "transfer-encoding",
                    "x-accel-buffering"
                ]
            );
            assert_eq!(response.headers["connection"], "keep-alive");
        }
        assert_eq!(first.body, second.body);
    }

    #[test]
    fn a_client_that_closes_hears_nothing_else() {
        let response = client::send(&serve_one(Values), "GET", "/", &[("Connection", "close")]);
        assert_eq!(response.headers["connection"], "close");
        assert!(response.complete);
    }
}

mod borrowing {
    use super::*;
    use dmr::Query;

    #[derive(serde::Deserialize, JsonSchema)]
    struct Filter {
        prefix: String,
    }

    struct Users {
        names: Vec<String>,
    }

    #[controller]
    impl Controller for Users {
        async fn get(&self, filter: Query<Filter>) -> JsonLines<'_, &str> {
            events! {
                let prefix = filter.prefix.as_str();
                for name in &self.names {
                    if name.starts_with(prefix) {
                        yield name.as_str();
                    }
                }
            }
        }

        async fn put(&self) -> &[String] {
            &self.names
        }

        async fn patch(&self) -> JsonLines<'_, &str> {
            JsonLines::generate(async move |out| {
                for name in &self.names {
                    out.send(name.as_str()).await;
                }
                Ok(())
            })
        }
    }

    #[test]
    fn events_borrow_the_controller_and_own_the_parameters() {
        let names = ["anna", "bert", "ada"].map(str::to_owned).to_vec();
        let address = serve_one(Users { names });
        assert_eq!(get(&address, "/?prefix=a").body, "\"anna\"\n\"ada\"\n");
        let response = client::send(&address, "PUT", "/", &[]);
        assert_eq!(response.body, r#"["anna","bert","ada"]"#);
        let response = client::send(&address, "PATCH", "/", &[]);
        assert_eq!(response.body, "\"anna\"\n\"bert\"\n\"ada\"\n");
    }
}

mod validation {
    use super::*;

    #[derive(Serialize, JsonSchema)]
    struct Row {
        #[schemars(range(min = 1))]
        id: u32,
    }

    #[derive(JsonSchema)]
    #[allow(dead_code, reason = "only described")]
    struct User {
        email: String,
    }

    struct Rows;

    #[controller]
    impl Controller for Rows {
        async fn get(&self) -> JsonLines<'_, Row> {
            events! {
                for id in [1, 0, 2] {
                    yield Row { id };
                }
            }
        }

        #[modify(validate_events = false)]
        async fn put(&self) -> JsonLines<'_, Row> {
            events! { yield Row { id: 0 }; }
        }

        #[validate(ResponseSpec::stream::<User, format::JsonLines>(StatusCode::OK))]
        async fn post(&self) -> StreamingResponse<'_, Json, format::JsonLines> {
            let user = json!({"email": "a"});
            let values = [user.clone(), json!(1), json!({"email": 5}), user];
            StreamingResponse::new(JsonLines::new(stream::iter(values.map(Json))))
        }
    }

    struct Counting;

    #[controller]
    impl Controller for Counting {
        async fn get(&self) -> JsonLines<'_, Row> {
            events! { yield Row { id: 0 }; yield Row { id: 1 }; }
        }

        async fn handle_event_error(&self, error: EventError) -> Result<EventReply, EventError> {
            let invalid: InvalidEvent = error.downcast()?;
            Ok(EventReply::event(invalid.details().len()))
        }
    }

    #[test]
    fn an_invalid_event_becomes_the_error_model_and_the_stream_goes_on() {
        let address = serve_one(Rows);
        assert_eq!(
            get(&address, "/").body,
            "{\"id\":1}\n\
             {\"detail\":[{\"msg\":\"Expected `int` >= 1 - at `$.id`\",\"type\":\"value_error\"}]}\n\
             {\"id\":2}\n"
        );
        assert_eq!(client::send(&address, "PUT", "/", &[]).body, "{\"id\":0}\n");
    }

    #[test]
    fn dynamic_events_are_checked_against_the_declaration() {
        let response = client::send(&serve_one(Rows), "POST", "/", &[]);
        assert_eq!(
            response.body,
            "{\"email\":\"a\"}\n\
             {\"detail\":[{\"msg\":\"Expected `object`, got `int`\",\"type\":\"value_error\"}]}\n\
             {\"detail\":[{\"msg\":\"Expected `str`, got `int` - at `$.email`\",\"type\":\"value_error\"}]}\n\
             {\"email\":\"a\"}\n"
        );
    }

    #[test]
    fn the_hook_sees_invalid_events() {
        assert_eq!(get(&serve_one(Counting), "/").body, "1\n{\"id\":1}\n");
    }
}

#[path = "streams/errors.rs"]
mod errors;

#[path = "streams/computing.rs"]
mod computing;
#[path = "streams/waiting.rs"]
mod waiting;

mod blocking {
    use super::*;
    use dmr::stream::{Events, format::Blocking};

    struct Numbers;

    #[controller]
    impl Controller for Numbers {
        async fn get(&self) -> Events<'static, u32, Blocking<format::JsonLines>> {
            Events::blocking(1..=3)
        }
    }

    #[test]
    fn a_blocking_stream_is_refused_outside_debug() {
        let refused = router().route("numbers/", Numbers).build();
        assert_eq!(
            refused.expect_err("it is refused").errors(),
            [
                "GET /numbers/: Do not use sync workers with event streaming in production: `Events::blocking` holds a thread for each client, return an async stream or set `debug`"
            ]
        );
    }

    #[test]
    fn in_debug_a_blocking_stream_is_served() {
        let router = Router::new("").settings(Settings::new().debug(true));
        let response = get(&serve(router.route("", Numbers)), "/");
        assert_eq!(
            (response.body.as_str(), response.complete),
            ("1\n2\n3\n", true)
        );
        assert_eq!(response.headers["connection"], "keep-alive");
    }

    /// Runs only as a child of the next test, which sets the variable.
    #[test]
    fn as_the_environment_says() {
        let expected = match std::env::var("DMR_DEBUG_EXPECTED").as_deref() {
            Ok("served") => true,
            Ok("refused") => false,
            _ => return,
        };
        let built = Router::new("").route("numbers/", Numbers).build();
        assert_eq!(built.is_ok(), expected);
    }

    #[test]
    fn the_environment_decides_if_the_code_does_not() {
        for (value, expected) in [("1", "served"), ("0", "refused")] {
            let test = std::env::current_exe().expect("this test has a path");
            let status = std::process::Command::new(test)
                .args(["--exact", "blocking::as_the_environment_says"])
                .env("DMR_DEBUG", value)
                .env("DMR_DEBUG_EXPECTED", expected)
                .status();
            assert!(status.expect("it runs").success(), "DMR_DEBUG={value}");
        }
    }
}
