//! Checks verbs. Each mistake is reported at its own tokens, with the text to write instead.

use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use syn::visit::Visit;
use syn::{
    Attribute, FnArg, GenericParam, Generics, Meta, ReceiverKind, ReturnType, Signature, Type,
    TypeImplTrait,
};

use super::parse::Method;
use crate::errors::Errors;
use crate::helper::resembled_verb;
use crate::verb;

/// Whether a method that is not a verb was meant as one: its name is nearly a verb, or it has the
/// attribute of an endpoint.
pub(super) fn is_meant_as_endpoint(
    method: &Method,
    declarations: &[Attribute],
    errors: &mut Errors,
) -> bool {
    let name = &method.signature.ident;
    if let Some(message) = verb::near_miss(name) {
        errors.at(name, message);
        return true;
    }
    if let (Some(verb), []) = (resembled_verb(method), declarations) {
        errors.at(
            name,
            format_args!(
                "`{name}` is not a verb: write `{verb}`, or move a helper function to an impl without \
                 `#[controller]`"
            ),
        );
        return true;
    }
    for attribute in declarations {
        errors.at(
            attribute,
            format_args!(
                "`{name}` is not a verb: endpoints are named {}",
                verb::names()
            ),
        );
    }
    !declarations.is_empty()
}

/// Reports `#[modify]` and `#[validate]` in a `cfg_attr`: the compiler expands it too late for the
/// macro.
pub(super) fn is_conditional_declaration(attribute: &Attribute, errors: &mut Errors) -> bool {
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    let declaration = list.tokens.clone().into_iter().find(|token| {
        let word = token.to_string();
        word == "modify" || word == "validate"
    });
    match declaration {
        Some(token) if list.path.is_ident("cfg_attr") => {
            errors.at(
                &token,
                format_args!(
                    "`#[{token}]` cannot depend on `cfg_attr`: write two methods, each under its own `#[cfg(…)]`"
                ),
            );
            true
        }
        _ => false,
    }
}

/// Checks the signature of a verb.
pub(super) fn signature(signature: &Signature, errors: &mut Errors) {
    let name = &signature.ident;
    if signature.asyncness.is_none() {
        errors.at(
            &signature.fn_token,
            format_args!("endpoints are async: write `async fn {name}`"),
        );
    }
    if let Some(constness) = &signature.constness {
        errors.at(constness, "an endpoint cannot be `const`");
    }
    if let Some(abi) = &signature.abi {
        errors.at(abi, "an endpoint cannot have an ABI");
    }
    generics(&signature.generics, errors);
    receiver(signature, errors);
    let inputs = signature.inputs.iter();
    let parameters: Vec<&Type> = inputs
        .filter_map(|input| match input {
            FnArg::Typed(parameter) => Some(&*parameter.ty),
            FnArg::Receiver(_) => None,
        })
        .collect();
    for (position, ty) in parameters.iter().enumerate() {
        parameter(ty, errors);
        if parameters[..position]
            .iter()
            .any(|before| same_component(before, ty))
        {
            errors.at(
                ty,
                "an endpoint takes each component once: put all fields into one struct",
            );
        }
    }
    if let ReturnType::Type(_, returned) = &signature.output {
        for opaque in opaque_types(returned) {
            errors.at(
                opaque,
                "an endpoint has to name what it returns: for a stream write `Events<'_, T, F>` or an alias such \
                 as `JsonLines<'_, T>`",
            );
        }
    }
}

/// Whether the body of a verb has a `yield`. One in the call of a macro, such as `events!`, does
/// not count.
pub(super) fn body(body: TokenStream, errors: &mut Errors) -> bool {
    let mut yields = Vec::new();
    find_yields(body, &mut yields);
    for word in &yields {
        errors.at(
            word,
            "an endpoint cannot `yield`: return a stream, `events! { … yield … }`",
        );
    }
    !yields.is_empty()
}

fn find_yields(tokens: TokenStream, found: &mut Vec<Ident>) {
    let mut calls_macro = false;
    for token in tokens {
        match &token {
            TokenTree::Ident(word) if word == "yield" => found.push(word.clone()),
            TokenTree::Group(group) if !calls_macro => find_yields(group.stream(), found),
            _ => {}
        }
        calls_macro = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '!' && punct.spacing() == Spacing::Alone);
    }
}

/// Checks the names in `verbs = […]`.
pub(super) fn custom_verbs(verbs: &[Ident], errors: &mut Errors) {
    for name in verbs {
        if let Some(message) = verb::near_miss(name) {
            errors.at(name, message);
        } else if verb::variant(name, &[]).is_some() {
            errors.at(name, format_args!("`{name}` is a verb already"));
        } else if name.to_string().contains(char::is_uppercase) {
            errors.at(
                name,
                "the verbs are names of methods: write them in lower case",
            );
        }
    }
}

fn generics(generics: &Generics, errors: &mut Errors) {
    let params = &generics.params;
    if params.is_empty() {
        return;
    }
    let lifetimes = params
        .iter()
        .all(|param| matches!(param, GenericParam::Lifetime(_)));
    errors.at(
        params,
        if lifetimes {
            "an endpoint has no lifetimes of its own: write `&self`, and `'_` for what borrows from it"
        } else {
            "an endpoint cannot be generic: make the controller generic, `impl<T> Controller for X<T>`"
        },
    );
}

fn receiver(signature: &Signature, errors: &mut Errors) {
    let message = "endpoints take `&self`: the controller is shared by all requests";
    match signature.inputs.first() {
        Some(FnArg::Receiver(receiver)) => match &receiver.kind {
            ReceiverKind::Reference(_, _, None) => {}
            _ => errors.at(receiver, message),
        },
        _ => errors.at(&signature.ident, message),
    }
}

fn parameter(ty: &Type, errors: &mut Errors) {
    if let Type::Reference(_) = ty {
        errors.at(
            ty,
            "an endpoint owns its parameters: write the type without `&`",
        );
    }
    for opaque in opaque_types(ty) {
        errors.at(opaque, "a parameter has to name its type");
    }
}

/// Whether two parameters name the same component, such as `Headers<A>` and `Headers<B>`. The build
/// of the application finds duplicates that an alias hides.
/// The components that read a whole part of the request. Any other component, such as a dependency,
/// may occur several times.
const ONCE: [&str; 9] = [
    "Path",
    "Query",
    "Headers",
    "Cookies",
    "Body",
    "BodyStream",
    "ConditionalBody",
    "Files",
    "Principal",
];

fn same_component(one: &Type, other: &Type) -> bool {
    let name = |ty: &Type| match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.clone()),
        _ => None,
    };
    name(one).is_some_and(|one| {
        name(other).is_some_and(|other| one == other) && ONCE.iter().any(|name| one == name)
    })
}

fn opaque_types(ty: &Type) -> Vec<&TypeImplTrait> {
    #[derive(Default)]
    struct Opaque<'t>(Vec<&'t TypeImplTrait>);

    impl<'t> Visit<'t> for Opaque<'t> {
        fn visit_type_impl_trait(&mut self, opaque: &'t TypeImplTrait) {
            self.0.push(opaque);
        }
    }

    let mut opaque = Opaque::default();
    opaque.visit_type(ty);
    opaque.0
}
