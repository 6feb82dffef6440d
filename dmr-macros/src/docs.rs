//! Doc comments as texts of the document.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// An expression for the text of the doc comments: a literal, or a `concat!` if a part comes from a
/// macro.
pub(crate) fn text(attributes: &[Attribute]) -> TokenStream {
    let lines: Vec<&Expr> = attributes.iter().filter_map(doc).collect();
    let literals: Option<Vec<String>> = lines.iter().map(|line| literal(line)).collect();
    match literals {
        Some(literals) => {
            let text = dedent(&literals);
            quote!(#text)
        }
        None => quote!(::core::concat!(#(#lines, "\n"),*)),
    }
}

/// Whether the item has a doc comment.
pub(crate) fn is_documented(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| doc(attribute).is_some())
}

fn doc(attribute: &Attribute) -> Option<&Expr> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => Some(&meta.value),
        _ => None,
    }
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// Removes the common indentation of all lines, such as the blank after `///`.
fn dedent(literals: &[String]) -> String {
    let lines: Vec<&str> = literals.iter().flat_map(|text| text.split('\n')).collect();
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let common = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(indent)
        .min()
        .unwrap_or(0);
    let dedented: Vec<&str> = lines
        .iter()
        .map(|line| line.get(common..).unwrap_or("").trim_end())
        .collect();
    dedented.join("\n").trim().to_owned()
}
