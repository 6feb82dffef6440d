//! Content negotiation: the `Content-Type` and `Accept` of a request (RFC 9110, 8.3 and 12.5.1).

mod accept;
mod content_type;
mod offer;

pub(crate) use accept::{negotiate, not_acceptable};
pub(crate) use content_type::{refuse_other_format, select_parser};
pub(crate) use offer::Offer;
