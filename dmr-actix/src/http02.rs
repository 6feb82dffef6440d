//! Conversions between http 1 of the core and http 0.2 of actix-web. No other file knows both.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

pub(crate) fn status(status: http::StatusCode) -> StatusCode {
    // Both types allow the same range.
    StatusCode::from_u16(status.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Converts the status and the headers of a response of actix-web.
pub(crate) fn head<B>(from: &actix_web::HttpResponse, body: B) -> http::Response<B> {
    let mut response = http::Response::new(body);
    *response.status_mut() = http::StatusCode::from_u16(from.status().as_u16())
        .unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in from.headers() {
        let name = http::HeaderName::from_bytes(name.as_str().as_bytes());
        let value = http::HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            response.headers_mut().append(name, value);
        }
    }
    response
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

/// The usual media types. Most responses need no memory for theirs.
static KNOWN: [HeaderValue; 6] = [
    HeaderValue::from_static("application/json"),
    HeaderValue::from_static("application/jsonl"),
    HeaderValue::from_static("application/problem+json"),
    HeaderValue::from_static("application/x-ndjson"),
    HeaderValue::from_static("no-cache"),
    HeaderValue::from_static("text/event-stream"),
];

/// Converts a value.
pub(crate) fn header_value(value: &http::HeaderValue) -> Option<HeaderValue> {
    let bytes = value.as_bytes();
    match KNOWN.iter().find(|known| known.as_bytes() == bytes) {
        Some(known) => Some(known.clone()),
        None => HeaderValue::from_bytes(bytes).ok(),
    }
}

/// Converts a version.
pub(crate) fn version(version: actix_web::http::Version) -> http::Version {
    use actix_web::http::Version;
    match version {
        Version::HTTP_09 => http::Version::HTTP_09,
        Version::HTTP_10 => http::Version::HTTP_10,
        Version::HTTP_2 => http::Version::HTTP_2,
        Version::HTTP_3 => http::Version::HTTP_3,
        _ => http::Version::HTTP_11,
    }
}
