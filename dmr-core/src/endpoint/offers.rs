//! The media types that an endpoint offers, and the choice among them.

use std::borrow::Cow;

use crate::error::Error;
use crate::error_detail::ErrorLocation;
use crate::format::FormatInfo;
use crate::negotiation::{Offer, negotiate};
use crate::openapi::Location;
use crate::options::Accept;
use crate::request::Request;
use crate::response::{DeclaredContent, DeclaredResponse};
use crate::returned::ValueContent;
use crate::schema::Context;
use crate::serializer::AnyRenderer;
use crate::text::query_value;

/// The media types of an endpoint's responses.
#[derive(Debug)]
pub(crate) struct Offers {
    /// In order of preference: streams and files before renderers.
    all: Vec<Offer>,
    /// The formats of the streams.
    pub(crate) formats: Vec<FormatInfo>,
    choice: FormatChoice,
    /// Whether every successful response is a stream or a file. A client that accepts neither then
    /// gets its 406 before the method is called.
    pub(crate) only_bytes: bool,
    accept: Accept,
    /// The value that may take the place of a stream.
    pub(crate) value: Option<ValueContent>,
}

/// How a client chooses the format.
#[derive(Debug, Clone)]
pub(crate) enum FormatChoice {
    /// By the header `Accept`.
    Accept,
    /// By the path. It serves only the format with this name.
    Path(&'static str),
    /// By this query parameter if it is present, else by the header.
    Parameter(Cow<'static, str>),
}

impl FormatChoice {
    /// The query parameter that chooses the format.
    pub(crate) fn parameter(&self) -> Option<&str> {
        match self {
            Self::Parameter(name) => Some(name),
            Self::Accept | Self::Path(_) => None,
        }
    }

    /// The name of the only format, if the path chooses it.
    pub(crate) fn path(&self) -> Option<&'static str> {
        match self {
            Self::Path(name) => Some(name),
            Self::Accept | Self::Parameter(_) => None,
        }
    }
}

/// The names by which a URL chooses a format: those of the streams, or those of the renderers if
/// there are several. If the client chooses between a value and a stream, all of them.
pub(super) fn format_names(
    formats: &[FormatInfo],
    value: Option<ValueContent>,
    renderers: &[AnyRenderer],
) -> Vec<&'static str> {
    let only_streams = value.is_none_or(|value| value.method_decides) && !formats.is_empty();
    let renderers = renderers.iter().filter(|_| !only_streams);
    let streams = formats.iter().map(|format| format.name);
    let mut names: Vec<&str> = Vec::new();
    for name in renderers.filter_map(AnyRenderer::name).chain(streams) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.len() {
        1 if !only_streams => Vec::new(),
        _ => names,
    }
}

impl Offers {
    pub(crate) fn new(
        formats: Vec<FormatInfo>,
        choice: FormatChoice,
        value: Option<ValueContent>,
        declared: &[DeclaredResponse],
        renderers: &[AnyRenderer],
        accept: Accept,
    ) -> Self {
        let streams = formats.iter().map(Offer::stream);
        let files = declared.iter().filter_map(|spec| match &spec.content {
            DeclaredContent::File(media_type) => Some(Offer::file(media_type.clone())),
            _ => None,
        });
        let rendered = renderers.iter().map(Offer::rendered);
        // If the client chooses between a value and a stream, the value comes first.
        let first = value.filter(|value| !value.method_decides);
        let first = first.map(|_| renderers.iter().map(Offer::rendered));
        let first = first.into_iter().flatten();
        let mut all: Vec<Offer> = Vec::new();
        for offer in first.chain(streams).chain(files).chain(rendered) {
            if !all.iter().any(|known| known.media_type == offer.media_type) {
                all.push(offer);
            }
        }
        let mut successes = declared.iter().filter(|spec| spec.status.is_success());
        let only_bytes = all[0].renderer.is_none() && successes.all(DeclaredResponse::is_bytes);
        Self {
            all,
            formats,
            choice,
            only_bytes,
            accept,
            value,
        }
    }

    /// Whether a client can get a 406.
    pub(crate) fn can_refuse(&self) -> bool {
        self.accept == Accept::Strict && !self.method_decides()
    }

    /// Whether the method decides for each request if it streams.
    fn method_decides(&self) -> bool {
        self.value.is_some_and(|value| value.method_decides)
    }

    /// Chooses the offer that the client prefers.
    ///
    /// # Errors
    ///
    /// A 406, or a 400 if the query names an unknown format. `locations` decides whether the 400
    /// has a `loc`.
    pub(crate) fn choose(&self, request: &Request, locations: bool) -> Result<&Offer, Error> {
        let accept = request.accept();
        let accept = accept.as_deref();
        match &self.choice {
            FormatChoice::Accept => self.negotiate(accept),
            FormatChoice::Path(_) => negotiate(&self.all, None),
            FormatChoice::Parameter(parameter) => {
                match query_value(request.head().query(), parameter) {
                    None => self.negotiate(accept),
                    Some(name) => self
                        .named(&name)
                        .ok_or_else(|| unknown(parameter, &name, locations)),
                }
            }
        }
    }

    /// The offer that fits `Accept`. If the method decides whether to stream, this is the format of
    /// its stream.
    fn negotiate(&self, accept: Option<&[u8]>) -> Result<&Offer, Error> {
        if self.can_refuse() {
            return negotiate(&self.all, accept);
        }
        let offers = match self.method_decides() || self.only_bytes {
            true => self.bytes(),
            false => &self.all,
        };
        negotiate(offers, accept).or_else(|_| negotiate(offers, None))
    }

    /// The renderer that fits `Accept` best beside a stream or a file, if any does.
    pub(crate) fn renderer(&self, accept: Option<&[u8]>) -> Option<&AnyRenderer> {
        let rendered = &self.all[self.bytes().len()..];
        negotiate(rendered, accept).ok()?.renderer.as_ref()
    }

    /// The format of this name: that of a stream, or a renderer.
    fn named(&self, name: &str) -> Option<&Offer> {
        let format = self.formats.iter().find(|format| format.name == name);
        if let Some(format) = format {
            let mut streams = self.all.iter().filter(|offer| offer.renderer.is_none());
            return streams.find(|offer| offer.format == format.position);
        }
        if !self.formats.is_empty() && self.value.is_none_or(|value| value.method_decides) {
            return None;
        }
        let renderer = |offer: &Offer| offer.renderer.as_ref().and_then(AnyRenderer::name);
        self.all.iter().find(|offer| renderer(offer) == Some(name))
    }

    /// The offers of streams and files.
    pub(crate) fn bytes(&self) -> &[Offer] {
        let bytes = self.all.iter().take_while(|offer| offer.renderer.is_none());
        &self.all[..bytes.count()]
    }
}

/// The 400 of a query that names an unknown format.
fn unknown(parameter: &str, name: &str, locations: bool) -> Error {
    let context = Context::component(Location::Query.component(), locations);
    let place = [ErrorLocation::Name(parameter.to_owned())];
    Error::request(vec![
        context.detail(&format!("Invalid enum value '{name}'"), &place),
    ])
}
