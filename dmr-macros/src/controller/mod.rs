//! `#[controller]`.

mod check;
mod endpoint;
mod expand;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use crate::errors::Errors;
use crate::helper::is_helper;
use crate::options::Options;
use endpoint::Endpoint;
use parse::Item;

pub(crate) use parse::{Member, Method};

/// Expands the attribute. The item is always emitted, whatever its mistakes.
pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let options = Options::parse(options, &mut errors);
    options.refuse_values("controller", &mut errors);
    check::custom_verbs(&options.verbs, &mut errors);

    let mut parsed: Item = match syn::parse2(item.clone()) {
        Ok(parsed) => parsed,
        Err(error) => {
            errors.push(error);
            let errors = errors.into_compile_errors();
            return quote!(#errors #item);
        }
    };
    let krate = options.krate.clone().unwrap_or_else(|| parse_quote!(::dmr));

    let mut verbs = Vec::new();
    let mut rest = Vec::new();
    for member in std::mem::take(&mut parsed.members) {
        match member {
            Member::Method(method) => match Endpoint::of(*method, &options.verbs, &mut errors) {
                Ok(endpoint) => verbs.push(endpoint),
                Err(method) => rest.push(Member::Method(method)),
            },
            other => rest.push(other),
        }
    }
    if verbs.is_empty() {
        errors.at(
            &parsed.self_ty,
            format_args!(
                "this controller has no endpoint: write an async method named {}",
                crate::verb::names()
            ),
        );
    }
    let (helpers, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_helper);
    let code = expand::code(&parsed, &options, &krate, &verbs, &helpers, &rest);
    let errors = errors.into_compile_errors();
    quote!(#errors #code)
}

#[cfg(test)]
mod tests;
