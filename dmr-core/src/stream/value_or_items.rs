//! [`ValueOrItems`]: a value whose list can be streamed.

use std::marker::PhantomData;

use crate::pagination::Paginated;

/// A value with a list, such as an answer with a total and the results.
pub trait Items {
    /// The type of the items.
    type Item;

    /// Takes the list out of the value.
    fn into_items(self) -> impl IntoIterator<Item = Self::Item>;
}

impl<T> Items for Vec<T> {
    type Item = T;

    fn into_items(self) -> impl IntoIterator<Item = T> {
        self
    }
}

impl<T> Items for Paginated<T> {
    type Item = T;

    fn into_items(self) -> impl IntoIterator<Item = T> {
        self.page.object_list
    }
}

/// A value of the type `T`, or only its items as a stream in the format `F`. The client chooses: by
/// `Accept`, and by a suffix or a query parameter if the
/// [settings](crate::Settings::format_suffix) allow it. The value comes first: a client without a
/// preference gets it.
///
/// The document shows both under one status. The value and the stream need different media types.
///
/// ```
/// use dmr_core::stream::{Items, ValueOrItems, format::JsonLines};
///
/// #[derive(serde::Serialize, schemars::JsonSchema)]
/// struct Albums {
///     total: u32,
///     results: Vec<String>,
/// }
///
/// impl Items for Albums {
///     type Item = String;
///
///     fn into_items(self) -> impl IntoIterator<Item = String> {
///         self.results
///     }
/// }
///
/// async fn get() -> ValueOrItems<Albums, JsonLines> {
///     ValueOrItems::new(Albums { total: 1, results: vec!["Kind of Blue".to_owned()] })
/// }
/// ```
#[derive(Debug, Clone)]
#[must_use = "the endpoint has to return it"]
pub struct ValueOrItems<T, F> {
    pub(crate) value: T,
    format: PhantomData<fn() -> F>,
}

impl<T, F> ValueOrItems<T, F> {
    /// Makes a result of a value.
    pub fn new(value: T) -> Self {
        Self {
            value,
            format: PhantomData,
        }
    }
}

impl<T, F> From<T> for ValueOrItems<T, F> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}
