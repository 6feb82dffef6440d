//! The cases of the specification over a second adapter, which uses only the public API of
//! dmr-core.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod hyper;

#[path = "client/mod.rs"]
mod wire;

/// The same client, and the server of the second adapter.
mod client {
    pub(crate) use crate::hyper::serve;
    #[allow(unused_imports, reason = "not every test uses all of it")]
    pub(crate) use crate::wire::*;
}

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
#[path = "cases/ne.rs"]
mod ne;
#[path = "cases/rv.rs"]
mod rv;
#[path = "cases/st.rs"]
mod st;
#[path = "../examples/xml/xml.rs"]
mod xml;

use common::*;
