//! The core speaks http 1, actix-web speaks http 0.2. This file knows both.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

pub(crate) fn status(status: http::StatusCode) -> StatusCode {
    // Both types allow for the same range.
    StatusCode::from_u16(status.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Moves headers over. Both types allow for the same names and values, so nothing is lost.
pub(crate) fn append(from: &http::HeaderMap, to: &mut HeaderMap) {
    for (name, value) in from {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            to.append(name, value);
        }
    }
}
