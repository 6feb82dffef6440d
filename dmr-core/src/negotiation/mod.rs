//! Which representation the client gets (RFC 9110, 12; behaviour 5.2).

mod accept;

pub(crate) use accept::{Offer, negotiate, refusal};
