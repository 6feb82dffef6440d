//! The head of a request, as actix-web has it.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use dmr_core::RequestHead;

/// Borrows everything from the request.
pub(crate) struct Head(pub(crate) HttpRequest);

impl RequestHead for Head {
    fn method(&self) -> &str {
        self.0.method().as_str()
    }

    fn path(&self) -> &str {
        self.0.path()
    }

    fn path_parameter(&self, name: &str) -> Option<&str> {
        self.0.match_info().get(name)
    }

    fn query(&self) -> &str {
        self.0.query_string()
    }

    fn header(&self, name: &str) -> Option<&[u8]> {
        let value = match known(name) {
            Some(name) => self.0.headers().get(name),
            None => self.0.headers().get(name),
        };
        value.map(HeaderValue::as_bytes)
    }

    fn header_values<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8])) {
        let values = match known(name) {
            Some(name) => self.0.headers().get_all(name),
            None => self.0.headers().get_all(name),
        };
        values.for_each(|value| each(value.as_bytes()));
    }

    fn headers(&self, each: &mut dyn FnMut(&str, &[u8])) {
        for (name, value) in self.0.headers() {
            each(name.as_str(), value.as_bytes());
        }
    }
}

/// The headers that are looked up for every request: their names need not be parsed each time.
fn known(name: &str) -> Option<HeaderName> {
    match name {
        "accept" => Some(ACCEPT),
        "content-length" => Some(CONTENT_LENGTH),
        "content-type" => Some(CONTENT_TYPE),
        _ => None,
    }
}
