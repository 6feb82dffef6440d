//! Problems of real applications.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod openapi;

#[path = "field/accepted.rs"]
mod accepted;
#[path = "field/created.rs"]
mod created;
#[path = "field/error_types.rs"]
mod error_types;
#[path = "field/errors.rs"]
mod errors;
#[path = "field/examples.rs"]
mod examples;
#[path = "field/first_page.rs"]
mod first_page;
#[path = "field/format_choice.rs"]
mod format_choice;
#[path = "field/helpers.rs"]
mod helpers;
#[path = "field/include.rs"]
mod include;
#[path = "field/levels.rs"]
mod levels;
#[path = "field/log.rs"]
mod log;
#[path = "field/middleware.rs"]
mod middleware;
#[path = "field/names.rs"]
mod names;
#[path = "field/numbers.rs"]
mod numbers;
#[path = "field/own_server.rs"]
mod own_server;
#[path = "field/pages.rs"]
mod pages;
#[path = "field/paths.rs"]
mod paths;
#[path = "field/published_bodies.rs"]
mod published_bodies;
#[path = "field/requests.rs"]
mod requests;
#[path = "field/samples.rs"]
mod samples;
#[path = "field/server.rs"]
mod server;
#[path = "field/state.rs"]
mod state;
#[path = "field/stream_formats.rs"]
mod stream_formats;
#[path = "field/streams.rs"]
mod streams;
#[path = "field/test_client.rs"]
mod test_client;
#[path = "field/validators.rs"]
mod validators;
#[path = "field/value_or_events.rs"]
mod value_or_events;
