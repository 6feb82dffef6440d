//! The part of `#[derive(SseEvents)]` that reads events.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Ident, WherePredicate};

use crate::sse_events::{Event, EventData, option};

/// The code that reads the variants of an enum.
#[derive(Default)]
pub(crate) struct Reader {
    // A constant is more specific than a value, and a value is more specific than any text.
    constants: Vec<TokenStream>,
    values: Vec<TokenStream>,
    texts: Vec<TokenStream>,
    /// What the fields need to be read.
    bounds: Vec<WherePredicate>,
}

impl Reader {
    pub(crate) fn add(&mut self, event: &Event, variant: &Ident, private: &TokenStream) {
        let name = option(&event.name);
        match &event.data {
            EventData::Json(data) => {
                self.values.push(quote! {
                    if let ::core::option::Option::Some(__data) = __event.value::<#data>(#name) {
                        return ::core::result::Result::Ok(Self::#variant(__data));
                    }
                });
                let bound = syn::parse_quote!(#data: #private::serde::Deserialize<'__de>);
                self.bounds.push(bound);
            }
            EventData::Text(text) => {
                self.texts.push(quote! {
                    if let ::core::option::Option::Some(__text) = __event.text::<#text>(#name) {
                        return ::core::result::Result::Ok(Self::#variant(__text));
                    }
                });
                let bound = syn::parse_quote!(#text: #private::sse::VariantText<'__de>);
                self.bounds.push(bound);
            }
            EventData::Null => self.values.push(quote! {
                if __event.is_null(#name) {
                    return ::core::result::Result::Ok(Self::#variant);
                }
            }),
            EventData::Constant(text) => self.constants.push(quote! {
                if __event.is_constant(#name, #text) {
                    return ::core::result::Result::Ok(Self::#variant);
                }
            }),
        }
    }

    /// The impl of `Deserialize`. Its bounds name a lifetime, so they may be false: such an enum is
    /// only sent.
    pub(crate) fn implementation(self, item: &DeriveInput, private: &TokenStream) -> TokenStream {
        let Self {
            constants,
            values,
            texts,
            bounds,
        } = self;
        let name = &item.ident;
        let text = name.to_string();
        let (_, type_generics, _) = item.generics.split_for_impl();
        let mut generics = item.generics.clone();
        generics.params.insert(0, syn::parse_quote!('__de));
        generics.make_where_clause().predicates.extend(bounds);
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        quote! {
            impl #impl_generics #private::serde::Deserialize<'__de> for #name #type_generics
            #where_clause
            {
                fn deserialize<__D: #private::serde::Deserializer<'__de>>(
                    __deserializer: __D,
                ) -> ::core::result::Result<Self, __D::Error> {
                    let __event: #private::sse::ReadVariant =
                        #private::serde::Deserialize::deserialize(__deserializer)?;
                    #(#constants)*
                    #(#values)*
                    #(#texts)*
                    ::core::result::Result::Err(__event.unknown(#text))
                }
            }
        }
    }
}
