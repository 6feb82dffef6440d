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
                specs.extend(response.spec(variant, &private));
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
                #private::merged(::std::vec![#(#specs),*])
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
        let (mut data, mut internal) = (false, false);
        let mut parse = |meta: ParseNestedMeta<'_>| {
            let key = meta.path.require_ident()?.to_string();
            match key.as_str() {
                "status" => status = Some(meta.value()?.parse()?),
                "msg" => msg = Some(meta.value()?.parse()?),
                "error_type" => error_type = Some(meta.value()?.parse()?),
                "description" => description = Some(meta.value()?.parse()?),
                "data" => data = true,
                "internal" => internal = true,
                _ => {
                    return Err(meta.error(
                        "the keys are `status`, `msg`, `error_type`, `description`, `data` and `internal`",
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
                    "which response is this? Write `#[response(status = 404)]` or `#[response(internal)]`",
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

    /// The match arm that converts the variant into an `Error`.
    fn arm(&self, name: &Ident, variant: &Variant, private: &TokenStream) -> TokenStream {
        let ident = &variant.ident;
        let span = ident.span();
        match &self.outcome {
            Outcome::Internal => quote_spanned! {span=>
                __error @ #name::#ident { .. } => #private::Error::internal(__error),
            },
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
