//! What an endpoint can answer with, and which of it a client gets.

use std::borrow::Cow;

use crate::error::Error;
use crate::error_detail::ErrorLocation;
use crate::format::FormatInfo;
use crate::negotiation::{Offer, negotiate};
use crate::openapi::Location;
use crate::request::Request;
use crate::response::{DeclaredContent, DeclaredResponse};
use crate::schema::Context;
use crate::serializer::AnyRenderer;
use crate::text::query_value;

/// The media types of an endpoint's responses.
#[derive(Debug)]
pub(crate) struct Offers {
    /// The preferred one first: those of streams and files before those of renderers.
    all: Vec<Offer>,
    /// The formats of its streams.
    pub(crate) formats: Vec<FormatInfo>,
    choice: FormatChoice,
    /// Whether everything that succeeds is a stream or a file, so that a client that wants neither
    /// need not wait for it.
    pub(crate) only_bytes: bool,
}

/// How a client says which format it wants to get.
#[derive(Debug, Clone)]
pub(crate) enum FormatChoice {
    /// By the header `Accept`.
    Accept,
    /// By the path, which is that of the format with this name.
    Path(&'static str),
    /// By this parameter of the query, if it is there, else by the header.
    Parameter(Cow<'static, str>),
}

impl FormatChoice {
    /// The parameter of the query.
    pub(crate) fn parameter(&self) -> Option<&str> {
        match self {
            Self::Parameter(name) => Some(name),
            Self::Accept | Self::Path(_) => None,
        }
    }

    /// The name of the only format.
    pub(crate) fn path(&self) -> Option<&'static str> {
        match self {
            Self::Path(name) => Some(name),
            Self::Accept | Self::Parameter(_) => None,
        }
    }
}

impl Offers {
    pub(crate) fn new(
        formats: Vec<FormatInfo>,
        choice: FormatChoice,
        declared: &[DeclaredResponse],
        renderers: &[AnyRenderer],
    ) -> Self {
        let streams = formats
            .iter()
            .map(|format| Offer::stream(format, format.media_type));
        let files = declared.iter().filter_map(|spec| match &spec.content {
            DeclaredContent::File(media_type) => Some(Offer::file(media_type.clone())),
            _ => None,
        });
        let aliases = formats.iter().flat_map(|format| {
            let aliases = format.aliases.iter();
            aliases.map(move |name| Offer {
                alias: true,
                ..Offer::stream(format, name)
            })
        });
        let rendered = renderers.iter().map(Offer::rendered);
        let mut all: Vec<Offer> = Vec::new();
        for offer in streams.chain(files).chain(aliases).chain(rendered) {
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
        }
    }

    /// What the client wants to get.
    ///
    /// # Errors
    ///
    /// 406, or 400 if the query names an unknown format. `locations` says whether that has a `loc`.
    pub(crate) fn choose(&self, request: &Request, locations: bool) -> Result<&Offer, Error> {
        match &self.choice {
            FormatChoice::Accept => negotiate(&self.all, request.accept().as_deref()),
            FormatChoice::Path(_) => negotiate(&self.all, None),
            FormatChoice::Parameter(parameter) => {
                match query_value(request.head().query(), parameter) {
                    None => negotiate(&self.all, request.accept().as_deref()),
                    Some(name) => self
                        .named(&name)
                        .ok_or_else(|| unknown(parameter, &name, locations)),
                }
            }
        }
    }

    /// The format of this name.
    fn named(&self, name: &str) -> Option<&Offer> {
        let format = self.formats.iter().find(|format| format.name == name)?;
        let mut streams = self.bytes().iter();
        streams.find(|offer| offer.format == format.position && !offer.alias)
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
