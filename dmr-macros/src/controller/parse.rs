//! Parses the impl block as deep as the macro needs: signatures are parsed, bodies stay tokens.

use proc_macro2::{Group, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, Ident, ImplItem, Path, Signature, Token, Type, Visibility, braced};

/// `impl Controller for X { … }`
pub(super) struct Item {
    pub(super) attributes: Vec<Attribute>,
    pub(super) generics: Generics,
    pub(super) trait_path: Path,
    pub(super) self_ty: Type,
    pub(super) members: Vec<Member>,
}

/// A member of the impl block.
pub(crate) enum Member {
    Method(Box<Method>),
    Other(Box<ImplItem>),
}

/// A method whose body is tokens.
pub(crate) struct Method {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(super) body: Group,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        const WHERE: &str = "`#[controller]` goes on `impl Controller for X { … }`";

        let attributes = input.call(Attribute::parse_outer)?;
        if !input.peek(Token![impl]) {
            return Err(input.error(WHERE));
        }
        input.parse::<Token![impl]>()?;
        let mut generics: Generics = input.parse()?;
        let first: Type = input.parse()?;
        if !input.peek(Token![for]) {
            return Err(syn::Error::new_spanned(first, WHERE));
        }
        let Type::Path(trait_path) = first else {
            return Err(syn::Error::new_spanned(first, WHERE));
        };
        input.parse::<Token![for]>()?;
        let self_ty = input.parse()?;
        generics.where_clause = input.parse()?;
        let content;
        braced!(content in input);
        let mut members = Vec::new();
        while !content.is_empty() {
            members.push(content.parse()?);
        }
        Ok(Self {
            attributes,
            generics,
            trait_path: trait_path.path,
            self_ty,
            members,
        })
    }
}

impl Item {
    /// The name of the controller: the name of its type, without path and parameters.
    pub(super) fn name(&self) -> String {
        match &self.self_ty {
            Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
            _ => None,
        }
        .map_or_else(|| "Controller".to_owned(), Ident::to_string)
    }

    /// The attributes that each of the generated impls needs.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &Attribute> {
        let inherited = ["cfg", "allow", "expect", "warn", "deny"];
        self.attributes
            .iter()
            .filter(move |attribute| inherited.iter().any(|name| attribute.path().is_ident(name)))
    }
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        ahead.call(Attribute::parse_outer)?;
        ahead.parse::<Visibility>()?;
        // Try a signature first: the first tokens of a method can also begin a constant.
        if ahead.parse::<Signature>().is_err() {
            return Ok(Self::Other(input.parse()?));
        }
        Ok(Self::Method(Box::new(Method {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse()?,
            body: input.parse()?,
        })))
    }
}

impl ToTokens for Member {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Method(method) => method.to_tokens(tokens),
            Self::Other(item) => item.to_tokens(tokens),
        }
    }
}

impl ToTokens for Method {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attributes,
            visibility,
            signature,
            body,
        } = self;
        tokens.extend(quote!(#(#attributes)* #visibility #signature #body));
    }
}
