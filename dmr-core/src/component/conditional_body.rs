//! The component for bodies whose model depends on their media type.

use std::fmt;
use std::ops::Deref;

use futures_util::future::LocalBoxFuture;

use super::body::PreparedBody;
use super::{Component, Description, Model, Rejection, Unbuildable, readable};
use crate::media_type::{covers, essence};
use crate::negotiation::select_parser;
use crate::request::Request;
use crate::serializer::AnyParser;

/// The body of a request, with a model for each media type. `T` lists the models.
///
/// Otherwise it works as [`Body`](super::Body) does.
///
/// ```
/// use dmr_core::component::{ByMediaType, ConditionalBody, Variants};
///
/// # #[derive(serde::Deserialize, schemars::JsonSchema)] struct Document;
/// # #[derive(serde::Deserialize, schemars::JsonSchema)] struct Upload;
/// enum NewBook {
///     Document(Document),
///     Upload(Upload),
/// }
///
/// impl ByMediaType for NewBook {
///     fn variants(variants: &mut Variants<Self>) {
///         variants.add("application/json", NewBook::Document);
///         variants.add("multipart/form-data", NewBook::Upload);
///     }
/// }
///
/// async fn post(body: ConditionalBody<NewBook>) -> String {
///     match *body {
///         NewBook::Document(_) => "a document".to_owned(),
///         NewBook::Upload(_) => "an upload".to_owned(),
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConditionalBody<T>(pub T);

impl<T> Deref for ConditionalBody<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A type with a variant for each media type of a body, for [`ConditionalBody`].
pub trait ByMediaType: Sized + 'static {
    /// Lists the variants. There must be at least two.
    fn variants(variants: &mut Variants<Self>);
}

/// The variants of a [`ByMediaType`].
pub struct Variants<T>(Vec<(&'static str, Box<dyn ErasedVariant<T>>)>);

impl<T: 'static> Variants<T> {
    /// Adds a variant: bodies of this media type are read as an `M`. Parameters of the media type
    /// are ignored.
    pub fn add<M: Model>(&mut self, media_type: &'static str, make: fn(M) -> T) -> &mut Self {
        self.0.push((media_type, Box::new(Variant(make))));
        self
    }
}

impl<T> fmt::Debug for Variants<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(media_type, _)| media_type))
            .finish()
    }
}

struct Variant<M, T>(fn(M) -> T);

trait ErasedVariant<T>: Send + Sync {
    fn describe(
        &self,
        description: &mut Description<'_>,
        parsers: Vec<AnyParser>,
    ) -> Result<PreparedBody, Unbuildable>;

    fn read<'a>(
        &'a self,
        prepared: &'a PreparedBody,
        request: &'a mut Request,
    ) -> LocalBoxFuture<'a, Result<T, Rejection>>;
}

impl<M: Model, T: 'static> ErasedVariant<T> for Variant<M, T> {
    fn describe(
        &self,
        description: &mut Description<'_>,
        parsers: Vec<AnyParser>,
    ) -> Result<PreparedBody, Unbuildable> {
        description.body_model_of(readable::<M>(), parsers)
    }

    fn read<'a>(
        &'a self,
        prepared: &'a PreparedBody,
        request: &'a mut Request,
    ) -> LocalBoxFuture<'a, Result<T, Rejection>> {
        Box::pin(async move { prepared.read::<M>(request).await.map(self.0) })
    }
}

/// The prepared state of a [`ConditionalBody`], made when the application is built.
pub struct PreparedVariants<T> {
    parsers: Vec<AnyParser>,
    variants: Vec<(PreparedBody, Box<dyn ErasedVariant<T>>)>,
}

impl<T> fmt::Debug for PreparedVariants<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedVariants")
            .field("parsers", &self.parsers)
            .finish_non_exhaustive()
    }
}

impl<T: ByMediaType> Component for ConditionalBody<T> {
    type Prepared = PreparedVariants<T>;

    fn describe(description: &mut Description<'_>) -> Result<Self::Prepared, Unbuildable> {
        let mut variants = Variants(Vec::new());
        T::variants(&mut variants);
        if variants.0.len() < 2 {
            description.error(format!(
                "a `ConditionalBody` needs models for two or more media types, got {}",
                variants.0.len()
            ));
        }
        let parsers = description.endpoint.parsers.to_vec();
        let mut prepared = Vec::with_capacity(variants.0.len());
        for (media_type, variant) in variants.0 {
            let of_type = parsers
                .iter()
                .filter(|parser| covers(parser.media_type(), media_type));
            let of_type: Vec<AnyParser> = of_type.cloned().collect();
            if of_type.is_empty() {
                description.error(format!(
                    "a `ConditionalBody` has a model for '{media_type}', but no parser: add it to `parsers`"
                ));
            }
            prepared.push((variant.describe(description, of_type)?, variant));
        }
        let known = |parser: &&AnyParser| {
            let mut variants = prepared.iter();
            variants.any(|(body, _)| {
                body.parsers
                    .iter()
                    .any(|one| one.media_type() == parser.media_type())
            })
        };
        Ok(PreparedVariants {
            parsers: parsers.iter().filter(known).cloned().collect(),
            variants: prepared,
        })
    }

    async fn extract(prepared: &Self::Prepared, request: &mut Request) -> Result<Self, Rejection> {
        let parser = select_parser(&prepared.parsers, request.head().header("content-type"))?;
        let wanted = essence(parser.media_type());
        let mut variants = prepared.variants.iter();
        let found = variants.find(|(body, _)| {
            body.parsers
                .iter()
                .any(|one| essence(one.media_type()) == wanted)
        });
        match found {
            Some((body, variant)) => variant.read(body, request).await.map(Self),
            None => Err(Rejection::Invalid(Vec::new())),
        }
    }
}
