//! The common parts of the derives for enums.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Data, DataEnum, DeriveInput, Path};

use crate::errors::Errors;

/// Expands a derive: the code of `implementation`, and all errors.
pub(crate) fn expand(
    item: TokenStream,
    implementation: impl FnOnce(&DeriveInput, &mut Errors) -> syn::Result<TokenStream>,
) -> TokenStream {
    let mut errors = Errors::default();
    let code = syn::parse2(item).and_then(|item| implementation(&item, &mut errors));
    let code = code.unwrap_or_else(|error| {
        errors.push(error);
        TokenStream::new()
    });
    let errors = errors.into_compile_errors();
    quote!(#errors #code)
}

/// The enum of a derive. Any other item is an error with the text `why`.
pub(crate) fn enumeration<'i>(item: &'i DeriveInput, why: &str) -> syn::Result<&'i DataEnum> {
    match &item.data {
        Data::Enum(data) => Ok(data),
        _ => Err(syn::Error::new_spanned(&item.ident, why)),
    }
}

/// The path of the crate `dmr`: the value of `#[attribute(crate = …)]` on the enum, or the default.
pub(crate) fn crate_path(attributes: &[Attribute], attribute: &str) -> syn::Result<TokenStream> {
    let mut path = quote!(::dmr);
    let attributes = attributes.iter();
    for attribute in attributes.filter(|one| one.path().is_ident(attribute)) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error(
                    "on the enum there is only `crate = path`; the rest belongs on the variants",
                ));
            }
            path = meta
                .value()?
                .call(Path::parse_mod_style)?
                .into_token_stream();
            Ok(())
        })?;
    }
    Ok(path)
}
