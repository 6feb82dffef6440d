//! Problems of real applications.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod openapi;

#[path = "field/format_choice.rs"]
mod format_choice;
#[path = "field/names.rs"]
mod names;
#[path = "field/numbers.rs"]
mod numbers;
#[path = "field/paths.rs"]
mod paths;
#[path = "field/streams.rs"]
mod streams;
#[path = "field/value_or_events.rs"]
mod value_or_events;
