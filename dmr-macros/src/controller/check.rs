//! What a verb has to look like. Each mistake is reported where it is, with what to write instead.

use syn::visit::Visit;
use syn::{Attribute, FnArg, Meta, ReceiverKind, ReturnType, Signature, Type, TypeImplTrait};

use super::parse::Method;
use crate::errors::Errors;
use crate::verb;

/// A method that is no verb.
pub(super) fn other_method(method: &Method, declarations: &[Attribute], errors: &mut Errors) {
    let name = &method.signature.ident;
    if let Some(message) = verb::near_miss(name) {
        errors.at(name, message);
    } else if let Some(attribute) = declarations.first() {
        errors.at(
            attribute,
            format_args!("`{name}` is no verb: endpoints are named {}", verb::names()),
        );
    }
}

/// Attributes that depend on a condition come too late for the macro.
pub(super) fn no_conditional_declarations(attributes: &[Attribute], errors: &mut Errors) {
    for attribute in attributes {
        let Meta::List(list) = &attribute.meta else {
            continue;
        };
        let conditional = list.path.is_ident("cfg_attr");
        let declares = list.tokens.clone().into_iter().find(|token| {
            let word = token.to_string();
            word == "modify" || word == "validate"
        });
        if let (true, Some(token)) = (conditional, declares) {
            errors.at(
                &token,
                format_args!(
                    "`#[{token}]` cannot depend on `cfg_attr`: write two methods, each under its own `#[cfg(…)]`"
                ),
            );
        }
    }
}

/// The signature of a verb.
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
    if !signature.generics.params.is_empty() {
        errors.at(
            &signature.generics.params,
            "an endpoint cannot be generic: make the controller generic, `impl<T> Controller for X<T>`",
        );
    }
    receiver(signature, errors);
    for input in &signature.inputs {
        if let FnArg::Typed(parameter) = input {
            self::parameter(&parameter.ty, errors);
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

fn receiver(signature: &Signature, errors: &mut Errors) {
    let message = "endpoints take `&self`: the controller is shared by all requests";
    match signature.inputs.first() {
        Some(FnArg::Receiver(receiver)) => match &receiver.kind {
            ReceiverKind::Reference(_, None, None) => {}
            ReceiverKind::Reference(_, Some(lifetime), None) => {
                errors.at(
                    lifetime,
                    "an endpoint needs no lifetime here: write `&self`",
                );
            }
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
