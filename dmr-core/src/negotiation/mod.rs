//! What the client sends, and what it wants to get (RFC 9110, 8.3 and 12.5.1; behaviour 5).

mod accept;
mod content_type;
mod offers;

pub(crate) use accept::{Offer, negotiate, refusal};
pub(crate) use content_type::{covers, essence, refuse_other, select};
pub(crate) use offers::{ChosenBy, Offers};
