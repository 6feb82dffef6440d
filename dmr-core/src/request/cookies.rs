//! The cookies of a request (RFC 6265, 5.4).

use std::borrow::Cow;

use cookie::Cookie;
use percent_encoding::percent_decode_str;

use super::RequestHead;

/// Calls `each` with the decoded name and value of every cookie, in order. Returns whether all
/// headers are UTF-8.
pub(crate) fn each_cookie(
    head: &dyn RequestHead,
    each: &mut dyn FnMut(Cow<'_, str>, Cow<'_, str>),
) -> bool {
    let mut readable = true;
    head.header_values("cookie", &mut |header| match std::str::from_utf8(header) {
        Err(_) => readable = false,
        // A text that is not a pair was not set by a server, and is ignored.
        Ok(header) => {
            for cookie in Cookie::split_parse(header).flatten() {
                // Quotes around a value are not part of it (RFC 6265, 5.2); encoded quotes are.
                let name = percent_decode_str(cookie.name()).decode_utf8();
                let value = percent_decode_str(cookie.value_trimmed()).decode_utf8();
                if let (Ok(name), Ok(value)) = (name, value) {
                    each(name, value);
                }
            }
        }
    });
    readable
}
