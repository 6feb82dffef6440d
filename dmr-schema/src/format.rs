//! The enforced formats. All others are annotations.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use email_address::EmailAddress;
use regex::Regex;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::pattern;

/// A format of JSON Schema (Validation, section 7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    DateTime,
    Date,
    Time,
    Duration,
    Email,
    Hostname,
    Ipv4,
    Ipv6,
    Uri,
    UriReference,
    Iri,
    IriReference,
    Uuid,
    JsonPointer,
    RelativeJsonPointer,
    Regex,
}

const NAMES: [(&str, Format); 16] = [
    ("date-time", Format::DateTime),
    ("date", Format::Date),
    ("time", Format::Time),
    ("duration", Format::Duration),
    ("email", Format::Email),
    ("hostname", Format::Hostname),
    ("ipv4", Format::Ipv4),
    ("ipv6", Format::Ipv6),
    ("uri", Format::Uri),
    ("uri-reference", Format::UriReference),
    ("iri", Format::Iri),
    ("iri-reference", Format::IriReference),
    ("uuid", Format::Uuid),
    ("json-pointer", Format::JsonPointer),
    ("relative-json-pointer", Format::RelativeJsonPointer),
    ("regex", Format::Regex),
];

impl Format {
    /// The enforced format of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut all = NAMES.iter();
        all.find(|(known, _)| *known == name)
            .map(|(_, format)| *format)
    }

    pub(crate) fn name(self) -> &'static str {
        let mut all = NAMES.iter();
        all.find(|(_, format)| *format == self)
            .map_or("", |(name, _)| name)
    }

    pub(crate) fn matches(self, text: &str) -> bool {
        match self {
            Self::DateTime => is_date_time(text),
            Self::Date => text.len() == 10 && is_date_time(&format!("{text}T00:00:00Z")),
            // In time zones ahead of UTC, the leap second at the end of 1998 was in 1999.
            Self::Time => ["1998-12-31", "1999-01-01"]
                .iter()
                .any(|date| is_date_time(&format!("{date}T{text}"))),
            Self::Duration => DURATION.is_match(text),
            Self::Email => is_email(text),
            Self::Hostname => text.len() <= 253 && HOSTNAME.is_match(text),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
            Self::Uri => fluent_uri::Uri::parse(text).is_ok(),
            Self::UriReference => fluent_uri::UriRef::parse(text).is_ok(),
            Self::Iri => fluent_uri::Iri::parse(text).is_ok(),
            Self::IriReference => fluent_uri::IriRef::parse(text).is_ok(),
            Self::Uuid => UUID.is_match(text),
            Self::JsonPointer => JSON_POINTER.is_match(text),
            Self::RelativeJsonPointer => RELATIVE_JSON_POINTER.is_match(text),
            Self::Regex => pattern::compile(text).is_ok(),
        }
    }
}

/// RFC 3339 requires a `T` between date and time. The parser does not.
fn is_date_time(text: &str) -> bool {
    text.as_bytes()
        .get(10)
        .is_some_and(|separator| matches!(separator, b'T' | b't'))
        && OffsetDateTime::parse(text, &Rfc3339).is_ok()
}

/// The parser allows nearly all characters in a domain, so the domain is checked here.
fn is_email(text: &str) -> bool {
    let Ok(address) = text.parse::<EmailAddress>() else {
        return false;
    };
    let domain = address.domain();
    let literal = domain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    match literal {
        Some(literal) => match literal.strip_prefix("IPv6:") {
            Some(address) => Format::Ipv6.matches(address),
            None => Format::Ipv4.matches(literal),
        },
        None => Format::Hostname.matches(domain),
    }
}

#[expect(clippy::expect_used, reason = "the tests compile each of them")]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a regular expression")
}

/// RFC 3339, appendix A.
static DURATION: LazyLock<Regex> = LazyLock::new(|| {
    let time = r"T(\d+H(\d+M(\d+S)?)?|\d+M(\d+S)?|\d+S)";
    let date = r"(\d+Y(\d+M(\d+D)?)?|\d+M(\d+D)?|\d+D)";
    regex(&format!(r"^(?-u:P(\d+W|{date}({time})?|{time}))$"))
});

/// RFC 1123, section 2.1.
static HOSTNAME: LazyLock<Regex> = LazyLock::new(|| {
    let label = "[0-9A-Za-z]([0-9A-Za-z-]{0,61}[0-9A-Za-z])?";
    regex(&format!(r"^{label}(\.{label})*$"))
});

/// RFC 9562, section 4.
static UUID: LazyLock<Regex> =
    LazyLock::new(|| regex("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"));

/// RFC 6901, section 3.
static JSON_POINTER: LazyLock<Regex> = LazyLock::new(|| regex("^(?s:/([^/~]|~[01])*)*$"));

/// Relative JSON Pointer, section 3.
static RELATIVE_JSON_POINTER: LazyLock<Regex> =
    LazyLock::new(|| regex("^(0|[1-9][0-9]*)(#|(?s:/([^/~]|~[01])*)*)$"));
