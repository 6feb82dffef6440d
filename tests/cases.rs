//! The cases of the specification by their numbers, over a socket, with actix-web.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod client;

#[path = "cases/co.rs"]
mod co;
#[path = "cases/common.rs"]
mod common;
#[path = "cases/ep.rs"]
mod ep;
#[path = "cases/er.rs"]
mod er;
#[path = "cases/mi.rs"]
mod mi;
#[path = "cases/middleware.rs"]
mod middleware;
#[path = "cases/ne.rs"]
mod ne;
#[path = "cases/rv.rs"]
mod rv;
#[path = "cases/st.rs"]
mod st;
#[path = "../examples/xml/xml.rs"]
mod xml;

use common::*;
