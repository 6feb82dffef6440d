//! The method names of endpoints.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};

/// Method names, and the variants of `dmr::__private::Verb`.
const VERBS: [(&str, &str); 9] = [
    ("get", "Get"),
    ("post", "Post"),
    ("put", "Put"),
    ("patch", "Patch"),
    ("delete", "Delete"),
    ("head", "Head"),
    ("trace", "Trace"),
    ("query", "Query"),
    ("meta", "Meta"),
];

/// The variant of a verb, with the span of the method's name. `custom` are the additional verbs of
/// the controller.
pub(crate) fn variant(method: &Ident, custom: &[Ident]) -> Option<TokenStream> {
    let name = method.to_string();
    if custom.contains(method) {
        let http_method = name.to_uppercase();
        return Some(quote_spanned!(method.span()=> Custom(#http_method)));
    }
    let (_, variant) = VERBS.iter().find(|(verb, _)| *verb == name)?;
    Some(Ident::new(variant, method.span()).into_token_stream())
}

/// The error of a name that is nearly a verb.
pub(crate) fn near_miss(method: &Ident) -> Option<String> {
    let name = method.to_string();
    let lower = name.to_lowercase();
    if lower == "options" {
        return Some("`OPTIONS` is served by the method `meta`: write `meta`".to_owned());
    }
    VERBS
        .iter()
        .any(|(verb, _)| *verb == lower && *verb != name)
        .then(|| format!("verbs are written in lower case: write `{lower}`"))
}

/// The names of all verbs.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    VERBS.iter().map(|(verb, _)| *verb)
}

/// The names of all verbs, for error messages.
pub(crate) fn names() -> String {
    let names: Vec<String> = all().map(|verb| format!("`{verb}`")).collect();
    names.join(", ")
}
