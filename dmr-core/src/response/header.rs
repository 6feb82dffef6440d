//! Headers of responses, and their declarations.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use crate::schema::SchemaOf;

/// A header of every successful response of an endpoint, with its value: for the option `headers`
/// of `#[modify]`.
///
/// ```
/// use dmr_core::NewHeader;
///
/// let header = NewHeader::new("no-store").description("Never stored");
/// # let _ = header;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a header does nothing until an endpoint has it"]
pub struct NewHeader {
    pub(crate) value: Cow<'static, str>,
    pub(crate) spec: HeaderSpec,
}

impl NewHeader {
    /// A header with this value.
    pub fn new(value: impl Into<Cow<'static, str>>) -> Self {
        Self {
            value: value.into(),
            spec: HeaderSpec::new(),
        }
    }

    /// Sets the description of the header in the document.
    pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.spec = self.spec.description(text);
        self
    }

    /// Marks the header as deprecated in the document.
    pub fn deprecated(mut self) -> Self {
        self.spec = self.spec.deprecated();
        self
    }
}

/// The methods that the declarations of headers and of cookies share.
macro_rules! spec_methods {
    ($what:literal) => {
        /// Sets the type of the value. The value has to match its schema. Any text by default.
        pub fn schema<T: schemars::JsonSchema + ?Sized>(mut self) -> Self {
            self.value = crate::schema::SchemaOf::of::<T>();
            self
        }

        #[doc = concat!("Whether every response of this kind has the ", $what, ". `true` by default.")]
        pub fn required(mut self, required: bool) -> Self {
            self.required = required;
            self
        }

        #[doc = concat!("Documents the ", $what, " without checking it: something else adds it, such as a middleware.")]
        pub fn skip_validation(mut self) -> Self {
            self.skip_validation = true;
            self
        }

        #[doc = concat!("Sets the description of the ", $what, " in the document.")]
        pub fn description(
            mut self,
            text: impl Into<std::borrow::Cow<'static, str>>,
        ) -> Self {
            self.description = Some(text.into());
            self
        }
    };
}

pub(super) use spec_methods;

/// The declaration of a header of a response.
///
/// ```
/// use dmr_core::{HeaderSpec, ResponseSpec};
/// use http::StatusCode;
///
/// let page = ResponseSpec::new::<Vec<String>>(StatusCode::OK)
///     .header("X-Total", HeaderSpec::new().schema::<u64>());
/// # let _ = page;
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a spec does nothing until it is declared"]
pub struct HeaderSpec {
    pub(crate) required: bool,
    pub(crate) skip_validation: bool,
    pub(crate) deprecated: bool,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) example: Option<Value>,
    pub(crate) value: SchemaOf,
}

impl HeaderSpec {
    /// A required header with any text as its value.
    pub fn new() -> Self {
        Self {
            required: true,
            skip_validation: false,
            deprecated: false,
            description: None,
            example: None,
            value: SchemaOf::of::<str>(),
        }
    }

    spec_methods!("header");

    /// Marks the header as deprecated in the document.
    pub fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// Sets an example for the document. A value that cannot be written as JSON is left out.
    pub fn example(mut self, value: impl Serialize) -> Self {
        self.example = serde_json::to_value(value).ok();
        self
    }
}

impl Default for HeaderSpec {
    fn default() -> Self {
        Self::new()
    }
}
