//! The head of a request of actix-web.

use std::any::Any;
use std::net::SocketAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use dmr_core::RequestHead;
use dmr_core::http::Version;

use crate::http02;

/// A head that borrows everything from the request.
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
        self.values(name).next().map(HeaderValue::as_bytes)
    }

    fn header_values<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8])) {
        self.values(name).for_each(|value| each(value.as_bytes()));
    }

    fn headers(&self, each: &mut dyn FnMut(&str, &[u8])) {
        for (name, value) in self.0.headers() {
            each(name.as_str(), value.as_bytes());
        }
    }

    fn version(&self) -> Version {
        http02::version(self.0.version())
    }

    fn peer_addr(&self) -> Option<SocketAddr> {
        self.0.peer_addr()
    }

    fn framework_request(&self) -> Option<&dyn Any> {
        Some(&self.0)
    }
}

impl Head {
    /// The headers of a name. The names that every request reads are constants, so they are not
    /// parsed each time.
    fn values(&self, name: &str) -> impl Iterator<Item = &HeaderValue> {
        let headers = self.0.headers();
        match name {
            "accept" => headers.get_all(ACCEPT),
            "content-length" => headers.get_all(CONTENT_LENGTH),
            "content-type" => headers.get_all(CONTENT_TYPE),
            _ => headers.get_all(name),
        }
    }
}
