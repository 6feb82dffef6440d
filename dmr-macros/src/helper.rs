//! Tells helper functions from hooks and verbs with a typing mistake.

use proc_macro2::Ident;
use syn::ImplItem;

use crate::controller::{Member, Method};
use crate::verb;

/// The methods of the trait `Controller`. `tests/architecture.rs` compares the lists.
const HOOKS: [&str; 6] = [
    "handle_error",
    "handle_event_error",
    "format_error",
    "ping_event",
    "last_event",
    "provide_state",
];

/// Whether a member belongs to the inherent impl: a function or a constant that helps the
/// endpoints. A name that is nearly that of a hook stays in the trait impl, where the compiler
/// reports it together with the right name.
pub(crate) fn is_helper(member: &Member) -> bool {
    match member {
        Member::Method(method) => !resembles(&method.signature.ident, HOOKS),
        Member::Other(item) => matches!(**item, ImplItem::Const(_)),
    }
}

/// The verb that a method was probably meant as.
pub(crate) fn resembled_verb(method: &Method) -> Option<&'static str> {
    let is_async = method.signature.asyncness.is_some();
    let name = &method.signature.ident;
    let mut verbs = verb::all().filter(|verb| is_async && resembles(name, [*verb]));
    verbs.next()
}

/// Whether a name is one of the names, or nearly so: one character in three may be wrong, and at
/// most two.
fn resembles<'n>(name: &Ident, names: impl IntoIterator<Item = &'n str>) -> bool {
    let name = name.to_string();
    let allowed = (name.len().max(3) / 3).min(2);
    let mut names = names.into_iter();
    names.any(|known| strsim::osa_distance(&name, known) <= allowed)
}
