//! Negotiation of the request: its `Content-Type` against the parsers of an endpoint.

use mediatype::names::CHARSET;
use mediatype::{MediaType, ReadParams};

use crate::error::Error;
use crate::media_type::{covers, essence, weight};
use crate::quoted::quoted;
use crate::serializer::AnyParser;

/// The parser for a request; the first one if the request has no `Content-Type`.
///
/// # Errors
///
/// A 400 if no parser fits, or if the charset is not UTF-8.
pub(crate) fn select_parser<'p>(
    parsers: &'p [AnyParser],
    content_type: Option<&[u8]>,
) -> Result<&'p AnyParser, Error> {
    let Some(header) = content_type else {
        return parsers.first().ok_or_else(|| unsupported(parsers, ""));
    };
    let header = String::from_utf8_lossy(header);
    // A fast path: nearly every client sends one type, exactly as the parser spells it.
    let mut plain = parsers
        .iter()
        .filter(|parser| !parser.media_type().contains('*'));
    if let Some(parser) = plain.find(|parser| parser.media_type() == header) {
        return Ok(parser);
    }
    let refused = || unsupported(parsers, &essence(&header));
    let media_type = MediaType::parse(header.trim()).map_err(|_| refused())?;
    if media_type.ty == "*" || media_type.subty == "*" {
        return Err(refused());
    }
    let text = essence(&header);
    let exact = parsers
        .iter()
        .rfind(|parser| parser.media_type().eq_ignore_ascii_case(&text));
    let parser = exact
        .or_else(|| wildcard(parsers, &text))
        .ok_or_else(refused)?;
    let charset = media_type.get_param(CHARSET);
    if charset.is_some_and(|charset| !charset.unquoted_str().eq_ignore_ascii_case("utf-8")) {
        return Err(Error::unreadable(format_args!(
            "HTTP requests with the '{text}' content type must be UTF-8 encoded."
        )));
    }
    Ok(parser)
}

/// The matching parser with a wildcard: the most specific one, then the one of the highest quality.
fn wildcard<'p>(parsers: &'p [AnyParser], media_type: &str) -> Option<&'p AnyParser> {
    let ranked = parsers.iter().filter_map(|parser| {
        let range = parser.media_type();
        let text = essence(range);
        let specificity = match text.split_once('/')? {
            ("*", "*") => 0,
            ("*", _) => 1,
            (_, "*") => 2,
            _ => return None,
        };
        let quality = weight(range);
        (quality > 0 && covers(&text, media_type)).then_some((specificity, quality, parser))
    });
    let mut best: Option<(u8, u16, &AnyParser)> = None;
    for candidate in ranked {
        // Among equals, the first one wins.
        if best.is_none_or(|(specificity, quality, _)| {
            (candidate.0, candidate.1) > (specificity, quality)
        }) {
            best = Some(candidate);
        }
    }
    best.map(|(.., parser)| parser)
}

/// Refuses a body whose `Content-Type` is not one of these media types.
///
/// # Errors
///
/// A 400, as of [`select_parser`].
pub(crate) fn refuse_other_format(
    known: &[&str],
    content_type: Option<&[u8]>,
) -> Result<(), Error> {
    let Some(header) = content_type else {
        return Ok(());
    };
    let given = essence(&String::from_utf8_lossy(header));
    match known.contains(&&*given) {
        true => Ok(()),
        false => Err(unreadable(known, &given)),
    }
}

/// The error of a request in a format that the endpoint does not understand.
fn unsupported(parsers: &[AnyParser], media_type: &str) -> Error {
    let known: Vec<&str> = parsers.iter().map(AnyParser::media_type).collect();
    unreadable(&known, media_type)
}

fn unreadable(known: &[&str], media_type: &str) -> Error {
    Error::unreadable(format_args!(
        "Cannot parse request body with content type '{media_type}', expected=[{}]",
        quoted(known)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serializer::{Form, Multipart, Parsers, SerdeJson};

    #[test]
    fn the_parser_is_that_of_the_essence() {
        let parsers = Parsers::from((SerdeJson, Form, Multipart)).0;
        let selected = |header: Option<&str>| {
            select_parser(&parsers, header.map(str::as_bytes))
                .map(AnyParser::media_type)
                .ok()
        };
        assert_eq!(selected(None), Some("application/json"));
        assert_eq!(
            selected(Some("Application/JSON; charset=UTF-8")),
            Some("application/json")
        );
        assert_eq!(
            selected(Some("multipart/form-data; boundary=x")),
            Some("multipart/form-data")
        );
        for refused in [
            "",
            "json",
            "*/*",
            "application/*",
            "text/plain",
            "application/json; charset=latin1",
        ] {
            assert_eq!(selected(Some(refused)), None, "{refused}");
        }
    }
}
