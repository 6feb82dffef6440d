//! The options of an attribute. `key = value` becomes a call of the builder's method `key`.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Path, Token, bracketed};

use crate::errors::Errors;

/// The options between the parentheses of an attribute, in order.
#[derive(Default)]
pub(crate) struct Options {
    entries: Vec<Entry>,
    /// The value of `crate = …`.
    pub(crate) krate: Option<Path>,
    /// The value of `verbs = […]`: the names of further methods that are endpoints.
    pub(crate) verbs: Vec<Ident>,
}

enum Entry {
    /// `key = value`, or `key` for `key = true`.
    Option(Ident, Option<Expr>),
    /// A value without a key.
    Value(Expr),
    Crate(Path),
    Verbs(Vec<Ident>),
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            return Ok(Self::Crate(Path::parse_mod_style(input)?));
        }
        let keyed =
            input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]);
        if keyed {
            let key = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            if key == "verbs" {
                let names;
                bracketed!(names in input);
                let names = Punctuated::<Ident, Token![,]>::parse_terminated(&names)?;
                return Ok(Self::Verbs(names.into_iter().collect()));
            }
            return Ok(Self::Option(key, Some(input.parse()?)));
        }
        let expression: Expr = input.parse()?;
        Ok(match flag(&expression) {
            Some(key) => Self::Option(key, None),
            None => Self::Value(expression),
        })
    }
}

/// The name of an option without a value: a single word in lower case. Constants are in upper case.
fn flag(expression: &Expr) -> Option<Ident> {
    let Expr::Path(path) = expression else {
        return None;
    };
    let word = path.path.get_ident()?;
    word.to_string()
        .starts_with(|first: char| first.is_lowercase())
        .then(|| word.clone())
}

impl Options {
    /// Parses the tokens between the parentheses. On a syntax error it returns no options.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let entries = match Punctuated::<Entry, Token![,]>::parse_terminated.parse2(tokens) {
            Ok(entries) => entries,
            Err(error) => {
                errors.push(error);
                return Self::default();
            }
        };
        let mut options = Self::default();
        for entry in entries {
            match entry {
                Entry::Crate(path) => options.krate = Some(path),
                Entry::Verbs(verbs) => options.verbs.extend(verbs),
                Entry::Option(key, _) if options.has(&key) => {
                    errors.at(&key, format_args!("the option `{key}` is set twice"));
                }
                entry => options.entries.push(entry),
            }
        }
        options
    }

    fn has(&self, key: &Ident) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|entry| matches!(entry, Entry::Option(known, _) if known == key))
    }

    /// Reports values without a key, for attributes that take none.
    pub(crate) fn refuse_values(&self, attribute: &str, errors: &mut Errors) {
        for entry in &self.entries {
            if let Entry::Value(value) = entry {
                errors.at(
                    value,
                    format_args!("`#[{attribute}]` takes options: write `key = value`"),
                );
            }
        }
    }

    /// The calls of the builder's methods, with the spans of the keys. A value without a key is a
    /// response.
    pub(crate) fn calls(&self) -> TokenStream {
        let calls = self.entries.iter().map(|entry| match entry {
            Entry::Option(key, Some(value)) => quote_spanned!(key.span()=> .#key(#value)),
            Entry::Option(key, None) => quote_spanned!(key.span()=> .#key(true)),
            Entry::Value(value) => {
                let span = syn::spanned::Spanned::span(value);
                quote_spanned!(span=> .response(#value))
            }
            // These are never stored among the entries.
            Entry::Crate(_) | Entry::Verbs(_) => TokenStream::new(),
        });
        calls.collect()
    }
}
