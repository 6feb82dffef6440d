//! The expansion: the verbs in an inherent impl, all other members in the user's impl, and one
//! builder chain for each endpoint.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Ident, ImplItem, Path, Type};

use super::endpoint::{Declaration, Endpoint, Registration};
use super::parse::{Item, Member};
use crate::options::Options;

/// The three impls that take the place of the user's.
///
/// The verbs move to an inherent impl, since a trait cannot declare methods whose parameters and
/// results are free. A test can then call `users.get(…).await` directly. Helper functions and
/// constants move with them. The hooks stay in the
/// user's impl: rustc itself reports a misspelt hook (E0407) or a wrong signature (E0053), at the
/// user's tokens, which a check of the macro could only imitate. The registrations go into
/// `Endpoints`, a supertrait of `Controller`, so the error of an impl without the attribute can say
/// what to write.
///
/// A return type may name formats by aliases whose lifetime is left out: `Events<'_, T, (Sse,
/// JsonLines)>`. Two lints would warn about them.
///
/// Each impl gets the `cfg` conditions of the user's: without them, an impl would remain for a type
/// that is not compiled. Each registration is a block, which the `cfg` of the method can cover. The
/// traits of the method probing are imported inside the function, where they cannot meet the names
/// of the user's module.
pub(super) fn code(
    item: &Item,
    options: &Options,
    krate: &Path,
    verbs: &[Endpoint],
    helpers: &[Member],
    rest: &[Member],
) -> TokenStream {
    let Item {
        attributes,
        generics,
        trait_path,
        self_ty,
        ..
    } = item;
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let conditions: Vec<_> = item.conditions().collect();
    let name = item.name();
    let private = quote!(#krate::__private);

    let methods = verbs.iter().map(|verb| &verb.method);
    let types = associated_types(rest, &private);
    let calls = options.calls();
    let registrations = verbs.iter().filter_map(|verb| {
        Some(registration(
            &verb.method.signature.ident,
            verb.registration.as_ref()?,
            &private,
        ))
    });

    quote! {
        #(#conditions)*
        #[allow(unknown_lints, elided_lifetimes_in_paths, mismatched_lifetime_syntaxes)]
        impl #impl_generics #self_ty #where_clause {
            #(#methods)*
            #(#helpers)*
        }

        #(#attributes)*
        impl #impl_generics #trait_path for #self_ty #where_clause {
            #types
            #(#rest)*
        }

        #(#conditions)*
        #[allow(unknown_lints, elided_lifetimes_in_paths, mismatched_lifetime_syntaxes)]
        impl #impl_generics #private::Endpoints for #self_ty #where_clause {
            const NAME: &'static str = #name;

            fn options(&self, __options: #private::ControllerOptions) -> #private::ControllerOptions {
                __options #calls
            }

            fn endpoints(&self, __endpoints: &mut #private::EndpointSet<'_, Self>) {
                #[allow(unused_imports)]
                use #private::{Infallible as _, PlainValue as _, Undocumented as _};
                #(#registrations)*
            }
        }
    }
}

/// The associated types that the user left out.
fn associated_types(rest: &[Member], private: &TokenStream) -> TokenStream {
    let given = |name: &str| {
        rest.iter().any(|member| match member {
            Member::Other(item) => matches!(&**item, ImplItem::Type(given) if given.ident == name),
            Member::Method(_) => false,
        })
    };
    let defaults = [
        ("Serializer", quote!(SerdeJson)),
        ("ErrorModel", quote!(ErrorModel)),
    ];
    let missing = defaults.into_iter().filter(|(name, _)| !given(name));
    missing
        .map(|(name, default)| {
            let name = format_ident!("{name}");
            quote!(type #name = #private::#default;)
        })
        .collect()
}

/// The builder chain of an endpoint.
fn registration(method: &Ident, registration: &Registration, private: &TokenStream) -> TokenStream {
    let Registration {
        conditions,
        verb,
        docs,
        parameters,
        returns,
        returns_span,
        declaration,
    } = registration;
    let arguments: Vec<Ident> = (0..parameters.len())
        .map(|position| format_ident!("__argument{position}"))
        .collect();
    // `(((), __argument0), __argument1)`
    let pattern = arguments
        .iter()
        .fold(quote!(()), |before, argument| quote!((#before, #argument)));
    let builder = builder(parameters.last());
    let finish = called_at("handler", parameters.last());
    let parameters = parameters.iter().map(|parameter| {
        let span = place(parameter);
        quote_spanned!(span=> let __endpoint = __endpoint.param::<#parameter>();)
    });
    let declaration = declaration.as_ref().map(|declaration| {
        let Declaration { attribute, options } = declaration;
        let calls = options.calls();
        quote!(let __endpoint = __endpoint.#attribute(|__options| __options #calls);)
    });
    // Errors about the return type are shown at the type, so all code that depends on it gets the
    // span of the type. `Call` is a function pointer, so the closure cannot capture the result of
    // the first probe: it repeats it.
    let span = shown_at(*returns_span);
    let probe = located(private, span);
    let attempt = quote_spanned!(span=> #probe::ReturnType::<#returns>::new().attempt());
    let errors = quote_spanned!(span=> #probe::ReturnType::<#returns>::new().error_responses());
    let answered = quote_spanned!(span=> __attempt);
    let kind = quote_spanned!(span=> .value().kind::<Self>());
    quote! {
        #(#conditions)*
        {
            let __endpoint = __endpoints.endpoint(#private::Verb::#verb, #docs);
            #(#parameters)*
            #declaration
            let __endpoint = __endpoint.errors(#errors);
            #builder.#finish(
                #attempt #kind,
                |__this, #pattern, __reply| ::std::boxed::Box::pin(async move {
                    let __attempt = #attempt;
                    let __returned = Self::#method(__this, #(#arguments),*).await;
                    #answered #kind .answer(__attempt.split(__returned), __reply)
                }),
            );
        }
    }
}

/// The builder, where it is finished.
///
/// That call requires that the parameters are components. So does `param`: a wrong parameter would
/// get a second error. The compiler drops an error that repeats one at the same span. So this
/// expression spans exactly the type of the last parameter: it begins and ends with parentheses of
/// that span. The name inside keeps the span of the generated code. With the span of the user's
/// tokens, it would not resolve if these come from a macro.
fn builder(last_parameter: Option<&Type>) -> TokenStream {
    let Some((first, last)) = last_parameter.and_then(ends) else {
        return quote!(__endpoint.ready());
    };
    let parenthesized = |tokens: TokenStream, span: Span| {
        let mut group = Group::new(Delimiter::Parenthesis, tokens);
        group.set_span(span);
        group
    };
    let receiver = parenthesized(quote!(__endpoint), first);
    let arguments = parenthesized(TokenStream::new(), last);
    quote!(#receiver.ready #arguments)
}

/// The name of a method that is called at the span of a parameter: the compiler reports a wrong
/// parameter once for each span. Method names are not hygienic, so the span may be the user's.
fn called_at(method: &str, parameter: Option<&Type>) -> Ident {
    let place = parameter.and_then(ends);
    Ident::new(
        method,
        place.map_or_else(Span::call_site, |(first, _)| first),
    )
}

/// The span of generated code about a parameter.
fn place(parameter: &Type) -> Span {
    ends(parameter).map_or_else(Span::call_site, |(first, _)| shown_at(first))
}

/// The spans of the first and the last token of a type.
fn ends(ty: &Type) -> Option<(Span, Span)> {
    let tokens: Vec<TokenTree> = ty.to_token_stream().into_iter().collect();
    Some((tokens.first()?.span(), tokens.last()?.span()))
}

/// A span for generated code that is shown at the user's tokens. Its names resolve as generated
/// code, even if the user's tokens come from a macro.
fn shown_at(place: Span) -> Span {
    Span::call_site().located_at(place)
}

/// The tokens of a path, shown at the user's tokens.
fn located(path: &TokenStream, span: Span) -> TokenStream {
    let tokens = path.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(span));
        token
    });
    tokens.collect()
}
