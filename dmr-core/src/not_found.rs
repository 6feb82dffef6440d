//! [`NotFound`]: the answer for paths without a route.

use std::fmt;

use http::HeaderMap;

use crate::error::{Error, ErrorBody, ErrorModel, ProblemDetails};
use crate::negotiation::{Offer, negotiate};
use crate::request::Request;
use crate::respond::{HttpResponse, rendered, written_error};
use crate::response::Data;
use crate::serializer::{AnyRenderer, Renderers, SerdeJson};

/// Answers paths without a route with a 404 in the error model, below some prefixes. The answer of
/// the longest prefix counts.
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
    renderers: Renderers,
    format: fn(&Error) -> (Box<dyn Data>, HeaderMap),
}

impl NotFound {
    /// Answers below these prefixes. A prefix covers whole segments: `/api` does not cover `/apix`.
    /// A prefix is a whole path, with the prefix of the router. In a router that another one
    /// [includes](crate::Router::include), it begins where the router is included.
    pub fn new<T: Into<String>>(prefixes: impl IntoIterator<Item = T>) -> Self {
        let prefixes = prefixes.into_iter().map(Into::into);
        Self {
            prefixes: prefixes
                .map(|prefix| format!("/{}", prefix.trim_matches('/')))
                .collect(),
            renderers: Renderers::default(),
            format: format::<ErrorModel>,
        }
    }

    /// Sets the error model. [`ErrorModel`] by default.
    pub fn model<M: ErrorBody>(mut self) -> Self {
        self.format = format::<M>;
        self
    }

    /// Sets the formats of the answer. By default those of the router, else of the settings, else
    /// JSON.
    pub fn renderers(mut self, renderers: impl Into<Renderers>) -> Self {
        self.renderers = renderers.into();
        self
    }

    /// The prefixes, each with a slash at the beginning and none at the end.
    pub(crate) fn prefixes(&self) -> &[String] {
        &self.prefixes
    }

    /// The answer below the prefixes. `default` are the renderers of the levels outside.
    pub(crate) fn answer(&self, default: Option<&[AnyRenderer]>) -> NotFoundAnswer {
        let named = self.renderers.named().or(default);
        let renderers = named.map_or_else(|| vec![AnyRenderer::new(SerdeJson)], <[_]>::to_vec);
        NotFoundAnswer {
            offers: renderers.iter().map(Offer::rendered).collect(),
            renderers,
            format: self.format,
        }
    }
}

impl fmt::Debug for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotFound")
            .field("prefixes", &self.prefixes)
            .field("renderers", &self.renderers)
            .finish_non_exhaustive()
    }
}

/// A [`NotFound`] that is ready for requests.
#[derive(Clone)]
pub(crate) struct NotFoundAnswer {
    offers: Vec<Offer>,
    /// Never empty.
    renderers: Vec<AnyRenderer>,
    format: fn(&Error) -> (Box<dyn Data>, HeaderMap),
}

impl NotFoundAnswer {
    /// Answers with a 404, or with a 406 if the client accepts none of the formats.
    pub(crate) fn call(&self, request: &Request) -> HttpResponse {
        match negotiate(&self.offers, request.accept().as_deref()) {
            Ok(offer) => self.error_response(Error::not_found(), offer.renderer.as_ref()),
            Err(refusal) => self.error_response(refusal, None),
        }
    }

    /// Renders an error in the error model, with this renderer or else with the first one.
    pub(crate) fn error_response(
        &self,
        error: Error,
        renderer: Option<&AnyRenderer>,
    ) -> HttpResponse {
        let renderer = renderer.unwrap_or(&self.renderers[0]);
        let status = error.status();
        let (data, headers) = if renderer.is_problem_details() {
            format::<ProblemDetails>(&error)
        } else {
            (self.format)(&error)
        };
        let mut head = error.into_head();
        head.headers.extend(headers);
        let written = head
            .into_headers()
            .and_then(|headers| Ok((headers, rendered(renderer, &*data, false)?)));
        written_error(renderer, status, written)
    }
}

fn format<M: ErrorBody>(error: &Error) -> (Box<dyn Data>, HeaderMap) {
    let model = M::from_error(error);
    let headers = model.headers();
    (Box::new(model), headers)
}
