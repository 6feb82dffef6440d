//! `#[derive(SseEvents)]`.

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{DeriveInput, Fields, Ident, LitStr, Type, Variant};

use crate::errors::Errors;
use crate::read_events::Reader;
use crate::{derive, docs};

/// The code of the derive.
pub(crate) fn implementation(item: &DeriveInput, errors: &mut Errors) -> syn::Result<TokenStream> {
    let data = derive::enumeration(
        item,
        "`SseEvents` is derived for enums: write one with a variant for each kind of event",
    )?;
    let krate = derive::crate_path(&item.attrs, "event")?;
    let private = quote!(#krate::__private);
    let name = &item.ident;
    let mut arms = Vec::new();
    let mut schemas = Vec::new();
    let mut reader = Reader::default();
    for variant in &data.variants {
        match Event::of(variant) {
            Ok(event) => {
                arms.push(event.arm(&variant.ident, &private));
                schemas.push(event.schema(&docs::text(&variant.attrs), &private));
                reader.add(&event, &variant.ident, &private);
            }
            Err(error) => errors.push(error),
        }
    }
    let text = name.to_string();
    let (impl_generics, type_generics, where_clause) = item.generics.split_for_impl();
    let deserialize = reader.implementation(item, &private);
    Ok(quote! {
        #deserialize

        impl #impl_generics #private::serde::Serialize for #name #type_generics #where_clause {
            fn serialize<__S: #private::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                match self {
                    #(#arms)*
                    #[allow(unreachable_patterns)]
                    _ => ::core::unreachable!(),
                }
            }
        }

        impl #impl_generics #private::schemars::JsonSchema for #name #type_generics #where_clause {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                #text.into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                ::core::concat!(::core::module_path!(), "::", #text).into()
            }

            fn json_schema(
                __generator: &mut #private::schemars::SchemaGenerator,
            ) -> #private::schemars::Schema {
                let __variants = ::std::vec![#(#schemas),*];
                #private::sse::variants_schema(__generator, __variants)
            }
        }
    })
}

/// The event of a variant.
pub(crate) struct Event {
    pub(crate) name: Option<String>,
    pub(crate) data: EventData,
}

pub(crate) enum EventData {
    /// The field, as JSON.
    Json(Box<Type>),
    /// The field, as unchanged text.
    Text(Box<Type>),
    /// A null: the variant has no field.
    Null,
    /// A constant text.
    Constant(LitStr),
}

impl Event {
    fn of(variant: &Variant) -> syn::Result<Self> {
        let (mut name, mut data) = (None::<LitStr>, None::<LitStr>);
        let (mut raw, mut unnamed) = (false, false);
        let mut parse = |meta: ParseNestedMeta<'_>| {
            match meta.path.require_ident()?.to_string().as_str() {
                "name" => name = Some(meta.value()?.parse()?),
                "data" => data = Some(meta.value()?.parse()?),
                "raw" => raw = true,
                "unnamed" => unnamed = true,
                _ => return Err(meta.error("the keys are `name`, `unnamed`, `data` and `raw`")),
            }
            Ok(())
        };
        let attributes = variant.attrs.iter();
        for attribute in attributes.filter(|one| one.path().is_ident("event")) {
            attribute.parse_nested_meta(&mut parse)?;
        }
        if let Some(name) = &name
            && name.value().contains(['\0', '\r', '\n'])
        {
            return Err(syn::Error::new_spanned(
                name,
                "the name of an event has no line break and no NUL",
            ));
        }
        if let Some(name) = &name
            && unnamed
        {
            return Err(syn::Error::new_spanned(
                name,
                "an event has a `name` or is `unnamed`: write one of the two",
            ));
        }
        let explicit = name.as_ref().map(LitStr::value);
        let or_variant = || match &explicit {
            _ if unnamed => None,
            Some(name) => Some(name.clone()),
            None => Some(variant.ident.to_string().to_snake_case()),
        };
        match (&variant.fields, data) {
            (Fields::Unit, Some(text)) => Ok(Self {
                name: explicit,
                data: EventData::Constant(text),
            }),
            (Fields::Unit, None) => Ok(Self {
                name: or_variant(),
                data: EventData::Null,
            }),
            (Fields::Unnamed(fields), None) if fields.unnamed.len() == 1 => Ok(Self {
                name: or_variant(),
                data: if raw {
                    EventData::Text(Box::new(fields.unnamed[0].ty.clone()))
                } else {
                    EventData::Json(Box::new(fields.unnamed[0].ty.clone()))
                },
            }),
            (_, Some(data)) => Err(syn::Error::new_spanned(
                data,
                "`data` is the text of an event without fields: write a variant without fields",
            )),
            _ => Err(syn::Error::new_spanned(
                &variant.ident,
                "an event has one field, its data, or none: write `Variant(Data)`",
            )),
        }
    }

    fn arm(&self, variant: &Ident, private: &TokenStream) -> TokenStream {
        let name = option(&self.name);
        let (pattern, event) = match &self.data {
            EventData::Json(_) => (
                quote!(Self::#variant(__data)),
                quote!(#private::sse::Variant::Value(#name, __data)),
            ),
            EventData::Text(_) => (
                quote!(Self::#variant(__data)),
                quote!(#private::sse::raw_variant(#name, __data)),
            ),
            EventData::Null => (
                quote!(Self::#variant),
                quote!(#private::sse::Variant::Value(#name, &())),
            ),
            EventData::Constant(text) => (
                quote!(Self::#variant),
                quote!(#private::sse::raw_variant(#name, #text)),
            ),
        };
        quote!(#pattern => #event.serialize(__serializer),)
    }

    fn schema(&self, description: &TokenStream, private: &TokenStream) -> TokenStream {
        let name = option(&self.name);
        match &self.data {
            EventData::Json(data) => {
                quote!(#private::sse::variant_schema::<#data>(__generator, #name, #description))
            }
            EventData::Null => {
                quote!(#private::sse::variant_schema::<()>(__generator, #name, #description))
            }
            EventData::Text(_) => {
                quote!(#private::sse::raw_variant_schema(#name, ::core::option::Option::None, #description))
            }
            EventData::Constant(text) => quote! {
                #private::sse::raw_variant_schema(#name, ::core::option::Option::Some(#text), #description)
            },
        }
    }
}

pub(crate) fn option(name: &Option<String>) -> TokenStream {
    match name {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    }
}
