//! Collects all mistakes in a macro's input, to report them together.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The collected errors. To drop them unread is a bug of the macro, and panics.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
    read: bool,
}

impl Errors {
    /// Reports a mistake at the user's tokens.
    pub(crate) fn at(&mut self, tokens: &impl ToTokens, message: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// The number of errors. It tells whether a step has added any.
    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    /// One `compile_error!` for each mistake.
    pub(crate) fn into_compile_errors(mut self) -> TokenStream {
        self.read = true;
        self.found
            .iter()
            .map(syn::Error::to_compile_error)
            .collect()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        if !self.read && !self.found.is_empty() && !std::thread::panicking() {
            panic!("errors of the macro were not reported: {:?}", self.found);
        }
    }
}
