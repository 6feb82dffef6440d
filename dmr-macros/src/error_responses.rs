//! `#[derive(ErrorResponses)]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{DeriveInput, Expr, ExprLit, Ident, Lit, LitStr, Variant};

use crate::errors::Errors;
use crate::{derive, docs};

/// The code of the derive.
pub(crate) fn implementation(item: &DeriveInput, errors: &mut Errors) -> syn::Result<TokenStream> {
    let data = derive::enumeration(
        item,
        "`ErrorResponses` is derived for enums: write one with a variant for each error",
    )?;
    let krate = derive::crate_path(&item.attrs, "response")?;
    let private = quote!(#krate::__private);
    let name = &item.ident;
    let mut arms = Vec::new();
    let mut specs = Vec::new();
    for variant in &data.variants {
        match Response::of(variant) {
            Ok(response) => {
                arms.push(response.arm(name, variant, &private));
                specs.extend(response.specs(variant, &private));
            }
            Err(error) => errors.push(error),
        }
    }
    let (impl_generics, type_generics, where_clause) = item.generics.split_for_impl();
    Ok(quote! {
        impl #impl_generics ::core::convert::From<#name #type_generics> for #private::Error #where_clause {
            fn from(__error: #name #type_generics) -> Self {
                match __error {
                    #(#arms)*
                    #[allow(unreachable_patterns)]
                    _ => ::core::unreachable!(),
                }
            }
        }

        impl #impl_generics #private::ErrorResponses for #name #type_generics #where_clause {
            fn responses() -> ::std::vec::Vec<#private::ResponseSpec> {
                let mut __specs: ::std::vec::Vec<#private::ResponseSpec> = ::std::vec::Vec::new();
                #(__specs.extend(#specs);)*
                #private::merged(__specs)
            }
        }
    })
}

/// The response of a variant.
struct Response {
    outcome: Outcome,
    msg: Option<Expr>,
    error_type: Option<LitStr>,
    description: Option<LitStr>,
}

enum Outcome {
    Internal,
    /// The error inside knows.
    Transparent,
    /// `status` is an expression, `data` says whether the field is the body.
    Status {
        status: TokenStream,
        data: bool,
    },
}

impl Response {
    fn of(variant: &Variant) -> syn::Result<Self> {
        let mut status: Option<Expr> = None;
        let (mut msg, mut error_type, mut description) = (None, None, None);
        let (mut data, mut internal, mut transparent) = (false, false, false);
        let mut parse = |meta: ParseNestedMeta<'_>| {
            let key = meta.path.require_ident()?.to_string();
            match key.as_str() {
                "status" => status = Some(meta.value()?.parse()?),
                "msg" => msg = Some(meta.value()?.parse()?),
                "error_type" => error_type = Some(meta.value()?.parse()?),
                "description" => description = Some(meta.value()?.parse()?),
                "data" => data = true,
                "internal" => internal = true,
                "transparent" => transparent = true,
                _ => {
                    return Err(meta.error(
                        "the keys are `status`, `msg`, `error_type`, `description`, `data`, `internal` and `transparent`",
                    ));
                }
            }
            Ok(())
        };
        for attribute in variant
            .attrs
            .iter()
            .filter(|one| one.path().is_ident("response"))
        {
            attribute.parse_nested_meta(&mut parse)?;
        }
        if transparent {
            return Self::transparent(variant, status.is_some() || internal || data);
        }
        let outcome = match (status, internal) {
            (None, true) => Outcome::Internal,
            (Some(status), false) => Outcome::Status {
                status: checked_status(&status)?,
                data,
            },
            (Some(status), true) => {
                return Err(syn::Error::new_spanned(
                    status,
                    "an internal error is always a 500: write either `status` or `internal`",
                ));
            }
            (None, false) => {
                return Err(syn::Error::new_spanned(
                    &variant.ident,
                    "which response is this? Write `#[response(status = 404)]`, `#[response(internal)]` or \
                     `#[response(transparent)]`",
                ));
            }
        };
        if data && variant.fields.len() != 1 {
            return Err(syn::Error::new_spanned(
                &variant.ident,
                "`data` sends the only field of the variant: write a variant with one field",
            ));
        }
        Ok(Self {
            outcome,
            msg,
            error_type,
            description,
        })
    }

    /// A variant that answers as the error inside does.
    fn transparent(variant: &Variant, has_more: bool) -> syn::Result<Self> {
        if has_more || variant.fields.len() != 1 {
            return Err(syn::Error::new_spanned(
                &variant.ident,
                "`transparent` answers as the only field of the variant does: write a variant with one field, \
                 and no other key but `transparent`",
            ));
        }
        Ok(Self {
            outcome: Outcome::Transparent,
            msg: None,
            error_type: None,
            description: None,
        })
    }

    /// The match arm that converts the variant into an `Error`.
    fn arm(&self, name: &Ident, variant: &Variant, private: &TokenStream) -> TokenStream {
        let ident = &variant.ident;
        let span = ident.span();
        match &self.outcome {
            Outcome::Internal => quote_spanned! {span=>
                __error @ #name::#ident { .. } => #private::Error::internal(__error),
            },
            Outcome::Transparent => {
                let member = variant.fields.members().next();
                quote_spanned! {span=>
                    #name::#ident { #member: __inner } => ::core::convert::Into::into(__inner),
                }
            }
            Outcome::Status { status, data: true } => {
                let member = variant.fields.members().next();
                quote_spanned! {span=>
                    #name::#ident { #member: __data } => #private::Error::new(#private::#status, __data),
                }
            }
            Outcome::Status {
                status,
                data: false,
            } => {
                let msg = match &self.msg {
                    Some(msg) => msg.to_token_stream(),
                    None => quote_spanned!(span=> &__error),
                };
                let error_type = self
                    .error_type
                    .as_ref()
                    .map(|text| quote!(.error_type(&#private::ErrorType::new(#text))));
                quote_spanned! {span=>
                    __error @ #name::#ident { .. } => #private::Error::msg(#private::#status, #msg) #error_type,
                }
            }
        }
    }

    /// The specs of the variant, as an iterator.
    fn specs(&self, variant: &Variant, private: &TokenStream) -> Option<TokenStream> {
        if matches!(self.outcome, Outcome::Transparent) {
            let inner = &variant.fields.iter().next()?.ty;
            return Some(
                quote_spanned!(inner.span()=> <#inner as #private::ErrorResponses>::responses()),
            );
        }
        let spec = self.spec(variant, private)?;
        Some(quote!([#spec]))
    }

    /// The spec of the response.
    fn spec(&self, variant: &Variant, private: &TokenStream) -> Option<TokenStream> {
        let Outcome::Status { status, data } = &self.outcome else {
            return None;
        };
        let spec = if *data {
            let field = &variant.fields.iter().next()?.ty;
            quote_spanned!(field.span()=> #private::ResponseSpec::new::<#field>(#private::#status))
        } else {
            quote!(#private::ResponseSpec::error(#private::#status))
        };
        let written = self.description.as_ref().map(ToTokens::to_token_stream);
        let comment = docs::is_documented(&variant.attrs).then(|| docs::text(&variant.attrs));
        let description = written
            .or(comment)
            .map(|text| quote!(.description(#text.trim())));
        Some(quote!(#spec #description))
    }
}

/// A status as an expression below `__private`: the user's expression, or a checked number.
fn checked_status(status: &Expr) -> syn::Result<TokenStream> {
    let Expr::Lit(ExprLit {
        lit: Lit::Int(number),
        ..
    }) = status
    else {
        return Ok(quote!(status(#status)));
    };
    let code: u16 = number.base10_parse()?;
    if (400..600).contains(&code) {
        Ok(quote!(status_code(#code)))
    } else {
        Err(syn::Error::new_spanned(
            number,
            "an error has a status from 400 to 599",
        ))
    }
}
