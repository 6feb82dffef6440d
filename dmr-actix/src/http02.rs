//! Conversions between http 1 of the core and http 0.2 of actix-web. No other file knows both.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

pub(crate) fn status(status: http::StatusCode) -> StatusCode {
    // Both types allow the same range.
    StatusCode::from_u16(status.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Copies headers. Both types allow the same names and values, so nothing is lost.
pub(crate) fn append(from: &http::HeaderMap, to: &mut HeaderMap) {
    for (name, value) in from {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Some(value)) = (name, header_value(value)) {
            to.append(name, value);
        }
    }
}

/// Converts a value. The usual media types are constants, so most responses do not allocate one.
pub(crate) fn header_value(value: &http::HeaderValue) -> Option<HeaderValue> {
    const KNOWN: [&str; 6] = [
        "application/json",
        "application/jsonl",
        "application/problem+json",
        "application/x-ndjson",
        "no-cache",
        "text/event-stream",
    ];
    let bytes = value.as_bytes();
    let known = KNOWN.into_iter().find(|known| known.as_bytes() == bytes);
    match known {
        Some(known) => Some(HeaderValue::from_static(known)),
        None => HeaderValue::from_bytes(bytes).ok(),
    }
}
