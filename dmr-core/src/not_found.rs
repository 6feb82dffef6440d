//! The answer for paths that no route has (behaviour 12.5).

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error::{Error, ErrorBody, ErrorModel, ProblemDetails};
use crate::negotiation::{Offer, negotiate};
use crate::request::RequestHead;
use crate::response::{Data, Rendered, rendered};
use crate::serializer::{AnyRenderer, ProblemJson, Renderer, Renderers, SerdeJson};

/// Answers paths that no route has with a 404 in the error model, below some prefixes.
///
/// ```
/// use dmr_core::{NotFound, ProblemDetails, Router};
///
/// let api = Router::new("api/").not_found(NotFound::new(["/api/"]).model::<ProblemDetails>());
/// # let _ = api;
/// ```
#[must_use = "it does nothing until a router has it"]
pub struct NotFound {
    prefixes: Vec<String>,
    renderers: Vec<AnyRenderer>,
    format: fn(&Error) -> (Box<dyn Data>, HeaderMap),
}

impl NotFound {
    /// Answers below these prefixes. Each ends at a segment: `/api` does not cover `/apix`.
    pub fn new<T: Into<String>>(prefixes: impl IntoIterator<Item = T>) -> Self {
        let prefixes = prefixes.into_iter().map(Into::into);
        Self {
            prefixes: prefixes
                .map(|prefix| format!("/{}", prefix.trim_matches('/')))
                .collect(),
            renderers: Vec::new(),
            format: format::<ErrorModel>,
        }
    }

    /// The error model; [`ErrorModel`] by default.
    pub fn model<M: ErrorBody>(mut self) -> Self {
        self.format = format::<M>;
        self
    }

    /// The formats of the answer; those of the settings by default, else JSON.
    pub fn renderers(mut self, renderers: impl Into<Renderers>) -> Self {
        self.renderers = renderers.into().0;
        self
    }

    pub(crate) fn or_renderers(mut self, renderers: &[AnyRenderer]) -> Self {
        if self.renderers.is_empty() {
            self.renderers = renderers.to_vec();
        }
        if self.renderers.is_empty() {
            self.renderers.push(AnyRenderer::new(SerdeJson));
        }
        self
    }

    /// The prefixes, each with a slash in front and none at the end.
    pub fn prefixes(&self) -> &[String] {
        &self.prefixes
    }

    /// Answers a request: with a 404, or with a 406, if the client accepts none of the formats.
    pub fn respond(&self, head: &dyn RequestHead) -> Rendered {
        let offers = self.renderers.iter().map(Offer::rendered);
        let offers: Vec<Offer> = offers.collect();
        let (error, renderer) = match negotiate(&offers, head.header("accept")) {
            Ok(offer) => (Error::not_found(), offer.renderer.as_ref()),
            Err(refusal) => (refusal, None),
        };
        let renderer = renderer.unwrap_or(&self.renderers[0]);
        self.render(&error, renderer)
    }

    fn render(&self, error: &Error, renderer: &AnyRenderer) -> Rendered {
        let (data, headers) = if renderer.media_type() == ProblemJson.media_type() {
            format::<ProblemDetails>(error)
        } else {
            (self.format)(error)
        };
        match rendered::<SerdeJson, _>(renderer, &*data) {
            Ok(body) => Rendered::new(error.status(), renderer.media_type(), headers, body),
            Err(failure) => {
                tracing::error!(error = %failure, "the error model cannot be serialized");
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Rendered::new(
                    status,
                    renderer.media_type(),
                    HeaderMap::new(),
                    Bytes::new(),
                )
            }
        }
    }
}

fn format<M: ErrorBody>(error: &Error) -> (Box<dyn Data>, HeaderMap) {
    let model = M::from_error(error);
    let headers = model.headers();
    (Box::new(model), headers)
}

impl fmt::Debug for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotFound")
            .field("prefixes", &self.prefixes)
            .field("renderers", &self.renderers)
            .finish_non_exhaustive()
    }
}
