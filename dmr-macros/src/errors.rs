//! All mistakes of a macro's input, reported together.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Collects errors. They have to be read: dropping them unread is a bug of the macro.
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

    /// How many there are, to tell whether a part added some.
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
