//! The attribute macros of dmr. Use them through the crate `dmr`.

mod controller;
mod derive;
mod docs;
mod error_responses;
mod errors;
mod helper;
mod options;
mod read_events;
mod sse_events;
mod verb;

use proc_macro::TokenStream;
use quote::quote;

#[doc = include_str!("../docs/controller.md")]
#[proc_macro_attribute]
pub fn controller(options: TokenStream, item: TokenStream) -> TokenStream {
    controller::expand(options.into(), &item.into()).into()
}

#[doc = include_str!("../docs/modify.md")]
#[proc_macro_attribute]
pub fn modify(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced("modify", item)
}

#[doc = include_str!("../docs/validate.md")]
#[proc_macro_attribute]
pub fn validate(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced("validate", item)
}

#[doc = include_str!("../docs/error_responses.md")]
#[proc_macro_derive(ErrorResponses, attributes(response))]
pub fn error_responses(item: TokenStream) -> TokenStream {
    derive::expand(item.into(), error_responses::implementation).into()
}

#[doc = include_str!("../docs/sse_events.md")]
#[proc_macro_derive(SseEvents, attributes(event))]
pub fn sse_events(item: TokenStream) -> TokenStream {
    derive::expand(item.into(), sse_events::implementation).into()
}

#[doc = include_str!("../docs/main.md")]
#[proc_macro_attribute]
pub fn main(_: TokenStream, item: TokenStream) -> TokenStream {
    on_runtime("main", item)
}

#[doc = include_str!("../docs/test.md")]
#[proc_macro_attribute]
pub fn test(_: TokenStream, item: TokenStream) -> TokenStream {
    on_runtime("test", item)
}

/// Passes a function to the attribute of actix, which then names only items of dmr.
fn on_runtime(attribute: &str, item: TokenStream) -> TokenStream {
    let attribute = proc_macro2::Ident::new(attribute, proc_macro2::Span::call_site());
    let item = proc_macro2::TokenStream::from(item);
    quote! {
        #[::dmr::__private::rt::#attribute(system = "::dmr::__private::rt::System")]
        #item
    }
    .into()
}

/// The error of an attribute outside of a controller: `#[controller]` removes the attributes of its
/// verbs, so the compiler expands only misplaced ones.
fn misplaced(attribute: &str, item: TokenStream) -> TokenStream {
    let message = format!(
        "`#[{attribute}]` belongs on a verb of a controller: write it on a method inside \
         `#[controller] impl Controller for …`"
    );
    let item = proc_macro2::TokenStream::from(item);
    quote!(::core::compile_error!(#message); #item).into()
}
