//! Problems of real applications.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod openapi;

#[path = "field/errors.rs"]
mod errors;
#[path = "field/helpers.rs"]
mod helpers;
#[path = "field/names.rs"]
mod names;
#[path = "field/numbers.rs"]
mod numbers;
#[path = "field/pages.rs"]
mod pages;
#[path = "field/paths.rs"]
mod paths;
#[path = "field/requests.rs"]
mod requests;
#[path = "field/test_client.rs"]
mod test_client;
