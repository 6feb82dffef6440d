//! Endpoints: the verbs of an impl, with their signatures and attributes.

use proc_macro2::{Span, TokenStream};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Ident, Meta, ReturnType, Type, parse_quote};

use super::check;
use super::parse::Method;
use crate::errors::Errors;
use crate::options::Options;
use crate::{docs, verb};

/// A method that is an endpoint.
pub(super) struct Endpoint {
    /// The method, without the attributes that the macro has read.
    pub(super) method: Box<Method>,
    /// The data of the registration. `None` if the endpoint has mistakes.
    pub(super) registration: Option<Registration>,
}

/// The data for the registration of an endpoint.
pub(super) struct Registration {
    pub(super) conditions: Vec<Attribute>,
    pub(super) verb: TokenStream,
    pub(super) docs: TokenStream,
    pub(super) parameters: Vec<Type>,
    pub(super) returns: Type,
    /// The span of errors about the return type.
    pub(super) returns_span: Span,
    pub(super) declaration: Option<Declaration>,
}

/// `#[modify(…)]` or `#[validate(…)]`.
pub(super) struct Declaration {
    pub(super) attribute: Ident,
    pub(super) options: Options,
}

impl Endpoint {
    /// Takes a verb apart. Returns any other method.
    pub(super) fn of(
        mut method: Method,
        custom: &[Ident],
        errors: &mut Errors,
    ) -> Result<Self, Box<Method>> {
        let before = errors.len();
        let declarations = take_declarations(&mut method, errors);
        let Some(verb) = verb::variant(&method.signature.ident, custom) else {
            return Self::other(method, &declarations, errors);
        };
        check::signature(&method.signature, errors);
        if check::body(method.body.stream(), errors) {
            // Otherwise the compiler would report the `yield` again, less clearly.
            method.body = parse_quote!({ ::core::unreachable!() });
        }
        if let [_, second, ..] = declarations.as_slice() {
            errors.at(
                second,
                "an endpoint takes one attribute: `#[modify]` if it returns a value, `#[validate]` if it \
                 returns a finished response",
            );
        }
        let declaration = declarations
            .into_iter()
            .next()
            .and_then(|attribute| Declaration::parse(&attribute, errors));
        let registration = (errors.len() == before).then(|| Registration {
            conditions: conditions(&method.attributes),
            verb,
            docs: docs::text(&method.attributes),
            parameters: parameters(&method),
            returns: returns(&method),
            returns_span: match &method.signature.output {
                ReturnType::Default => method.signature.ident.span(),
                ReturnType::Type(_, returned) => returned.span(),
            },
            declaration,
        });
        Ok(Self {
            method: Box::new(method),
            registration,
        })
    }
}

impl Endpoint {
    /// Leaves a method that is not a verb in the trait impl. A method that was meant as a verb
    /// moves: the compiler would otherwise also report that the trait has no such method.
    fn other(
        method: Method,
        declarations: &[Attribute],
        errors: &mut Errors,
    ) -> Result<Self, Box<Method>> {
        let method = Box::new(method);
        if check::is_meant_as_endpoint(&method, declarations, errors) {
            Ok(Self {
                method,
                registration: None,
            })
        } else {
            Err(method)
        }
    }
}

impl Declaration {
    fn parse(attribute: &Attribute, errors: &mut Errors) -> Option<Self> {
        let name = attribute.path().segments.last()?.ident.clone();
        let tokens = match &attribute.meta {
            Meta::Path(_) => TokenStream::new(),
            Meta::List(list) => list.tokens.clone(),
            Meta::NameValue(_) => {
                errors.at(
                    attribute,
                    format_args!("write the options in parentheses: `#[{name}(…)]`"),
                );
                return None;
            }
        };
        let options = Options::parse(tokens, errors);
        if name == "modify" {
            options.refuse_values("modify", errors);
        }
        Some(Self {
            attribute: name,
            options,
        })
    }
}

/// Removes `#[modify]` and `#[validate]` from a method.
fn take_declarations(method: &mut Method, errors: &mut Errors) -> Vec<Attribute> {
    let attributes = std::mem::take(&mut method.attributes);
    let (declarations, others): (Vec<_>, Vec<_>) = attributes.into_iter().partition(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|segment| segment.ident == "modify" || segment.ident == "validate")
    });
    method.attributes = others;
    method
        .attributes
        .retain(|attribute| !check::is_conditional_declaration(attribute, errors));
    declarations
}

/// The `cfg` conditions of the method, which the registration needs too.
fn conditions(attributes: &[Attribute]) -> Vec<Attribute> {
    let conditions = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"));
    conditions.cloned().collect()
}

fn parameters(method: &Method) -> Vec<Type> {
    let inputs = method.signature.inputs.iter();
    let types = inputs.filter_map(|input| match input {
        FnArg::Typed(parameter) => Some((*parameter.ty).clone()),
        FnArg::Receiver(_) => None,
    });
    types.collect()
}

fn returns(method: &Method) -> Type {
    match &method.signature.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, returned) => (**returned).clone(),
    }
}
