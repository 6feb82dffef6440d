//! The value of `Location` (RFC 9110, 10.2.2).

use http::HeaderValue;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The characters that a URI cannot contain (RFC 3987, 3.1). Reserved and percent-encoded
/// characters stay.
const NOT_IN_URI: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Makes the value of a URL. Characters that a URL cannot contain are percent-encoded.
pub(super) fn location(url: &str) -> Option<HeaderValue> {
    let encoded = utf8_percent_encode(url, NOT_IN_URI).to_string();
    HeaderValue::try_from(encoded).ok()
}
