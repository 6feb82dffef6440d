//! Negotiation of the response: the `Accept` header against the offers of an endpoint.

use std::borrow::Cow;

use mediatype::{MediaType, Name, ReadParams};

use super::Offer;
use crate::error::Error;
use crate::media_type::parse_weight;
use crate::quoted::quoted;

/// The number of items that are read. Browsers send up to ten.
const MOST_RANGES: usize = 64;
/// The number of items that a 406 lists.
const MOST_LISTED: usize = 10;
/// The length of an item in the list, in characters.
const LONGEST_LISTED: usize = 100;

/// The offer that the client prefers; the first one if the client states no preference.
///
/// # Errors
///
/// A 406 if the client accepts none of the offers.
pub(crate) fn negotiate<'o>(
    offers: &'o [Offer],
    accept: Option<&[u8]>,
) -> Result<&'o Offer, Error> {
    let header = match accept {
        None | Some(b"*/*") => return offers.first().ok_or_else(|| not_acceptable(offers, accept)),
        Some(bytes) => String::from_utf8_lossy(bytes),
    };
    // A fast path: nearly every client of an API sends one type, exactly as it is offered.
    if let Some(offer) = offers.iter().find(|offer| offer.media_type == header) {
        return Ok(offer);
    }

    let ranges = ranges(&header);
    let chosen = ranges
        .iter()
        .filter(|range| range.quality > 0)
        .find_map(|range| {
            offers
                .iter()
                .find(|offer| range.matches(offer) && !excluded(&ranges, range, offer))
        });
    chosen.ok_or_else(|| not_acceptable(offers, accept))
}

/// The 406 of a client that accepts none of the offers.
pub(crate) fn not_acceptable(offers: &[Offer], accept: Option<&[u8]>) -> Error {
    let header = String::from_utf8_lossy(accept.unwrap_or_default());
    let ranges = ranges(&header);
    let listed = ranges.iter().take(MOST_LISTED);
    let mut accepted: Vec<String> = listed
        .map(|range| format!("<MediaType: {}>", shortened(range.text)))
        .collect();
    if ranges.len() > MOST_LISTED {
        accepted.push("…".to_owned());
    }
    let supported = quoted(offers.iter().map(|offer| &*offer.media_type));
    Error::not_acceptable(format_args!(
        "Cannot serialize response body with accepted types [{}], supported=[{supported}]",
        accepted.join(", ")
    ))
}

/// The beginning of a text of a client. The error does not repeat the rest.
fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST_LISTED) {
        None => text.into(),
        Some((end, _)) => format!("{}…", &text[..end]).into(),
    }
}

/// The items of the header, the most preferred first. The others after the first
/// [`MOST_RANGES`] do not count.
fn ranges(header: &str) -> Vec<Range<'_>> {
    let items = split(header).take(MOST_RANGES);
    let mut ranges: Vec<Range<'_>> = items.map(Range::parse).collect();
    // The sort is stable: among equals, the order of the header decides.
    ranges.sort_by_key(|range| std::cmp::Reverse((range.quality, range.specificity())));
    ranges
}

/// Whether a range that is at least as specific as the matched one refuses the offer with `q=0`.
fn excluded(ranges: &[Range<'_>], matched: &Range<'_>, offer: &Offer) -> bool {
    ranges.iter().any(|range| {
        range.quality == 0 && range.matches(offer) && range.specificity() >= matched.specificity()
    })
}

/// The items of a comma-separated list. A comma inside quotes does not separate.
fn split(header: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    header
        .split(move |character| {
            match character {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                ',' => return !quoted,
                _ => {}
            }
            false
        })
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// One item of the header.
struct Range<'h> {
    text: &'h str,
    /// `None` if the text is not a media type. It then matches nothing.
    media_type: Option<MediaType<'h>>,
    /// In thousandths, to be exact.
    quality: u16,
}

impl<'h> Range<'h> {
    fn parse(text: &'h str) -> Self {
        let media_type = MediaType::parse(text).ok();
        let quality = media_type
            .as_ref()
            .and_then(|media_type| media_type.get_param(Q))
            .and_then(|value| parse_weight(value.as_str()));
        Self {
            text,
            media_type,
            quality: quality.unwrap_or(1000),
        }
    }

    fn specificity(&self) -> u8 {
        match &self.media_type {
            None => 0,
            Some(media_type) if media_type.ty == ANY => 0,
            Some(media_type) if media_type.subty == ANY => 1,
            Some(media_type) if media_type.params().any(|(name, _)| name != Q) => 3,
            Some(_) => 2,
        }
    }

    fn matches(&self, offer: &Offer) -> bool {
        let Some(range) = &self.media_type else {
            return false;
        };
        let Ok(offered) = MediaType::parse(&offer.media_type) else {
            return false;
        };
        // The offer of a file may itself be a range, such as `image/*`.
        let any = |one: Name<'_>, other: Name<'_>| one == ANY || other == ANY;
        let subtypes = range.subty == offered.subty && range.suffix == offered.suffix;
        (range.ty == offered.ty || any(range.ty, offered.ty))
            && (subtypes || any(range.subty, offered.subty))
    }
}

const Q: Name<'_> = Name::new_unchecked("q");
const ANY: Name<'_> = Name::new_unchecked("*");

#[cfg(test)]
mod tests {
    use super::*;

    use crate::serializer::{ProblemJson, Renderers, SerdeJson};

    fn offers() -> Vec<Offer> {
        let Renderers(mut renderers) = Renderers::from((SerdeJson, ProblemJson));
        ["application/json", "application/xml"]
            .map(|media_type| Offer {
                renderer: renderers.pop(),
                ..Offer::file(media_type.into())
            })
            .into()
    }

    fn chosen(accept: &str) -> String {
        match negotiate(&offers(), Some(accept.as_bytes())) {
            Ok(offer) => offer.media_type.to_string(),
            Err(_) => "406".to_owned(),
        }
    }

    #[test]
    fn the_pinned_selections() {
        assert_eq!(
            negotiate(&offers(), None).expect("an offer").media_type,
            "application/json"
        );
        for (accept, expected) in [
            ("*/*", "application/json"),
            ("application/*", "application/json"),
            ("APPLICATION/XML", "application/xml"),
            ("application/json; charset=utf-8", "application/json"),
            (
                "application/xml;q=0.5, application/json;q=0.4",
                "application/xml",
            ),
            (
                "application/json;q=0.1, application/xml;q=0.9",
                "application/xml",
            ),
            ("text/html, application/xml;q=0.1", "application/xml"),
            ("application/xml, application/json", "application/xml"),
            ("*/*;q=0.9, application/xml;q=0.1", "application/json"),
            ("text/html", "406"),
            ("wrong", "406"),
            ("", "406"),
            ("application/json;q=0", "406"),
            ("application/json;q=0, */*", "application/xml"),
            (
                "application/json;q=0.001, application/xml;q=0.002",
                "application/xml",
            ),
            (
                r#"text/x;a="b,application/json", application/xml"#,
                "application/xml",
            ),
        ] {
            assert_eq!(chosen(accept), expected, "{accept}");
        }
    }

    #[test]
    fn a_long_header_is_read_and_listed_in_part() {
        let repeated = "text/html,".repeat(63);
        assert_eq!(
            chosen(&format!("{repeated}application/xml")),
            "application/xml"
        );
        assert_eq!(
            chosen(&format!("text/html,{repeated}application/xml")),
            "406"
        );

        let long = format!("{repeated}text/x;a=\"{}\";q=1", "b".repeat(5000));
        let error = negotiate(&offers(), Some(long.as_bytes())).expect_err("a 406");
        let message = &error.details()[0].msg;
        let first = format!(
            "<MediaType: text/x;a=\"{}…>, <MediaType: text/html>",
            "b".repeat(90)
        );
        assert!(message.contains(&first), "{message}");
        assert_eq!(message.matches("<MediaType").count(), 10);
        assert!(
            message.contains("<MediaType: text/html>, …], supported"),
            "{message}"
        );
    }

    #[test]
    fn the_error_names_both_sides() {
        let error = negotiate(&offers(), Some(b"text/html;q=0.5, wrong")).expect_err("a 406");
        assert_eq!(
            error.details()[0].msg,
            "Cannot serialize response body with accepted types [<MediaType: wrong>, \
             <MediaType: text/html;q=0.5>], supported=['application/json', 'application/xml']"
        );
    }
}
