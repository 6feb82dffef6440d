//! The request, as the core sees it.

use std::any::Any;
use std::fmt;

/// The head of a request, borrowed from the server's own types, so that nothing is copied.
///
/// Implemented by adapters.
pub trait RequestHead {
    /// The method, in the case in which it came.
    fn method(&self) -> &str;

    /// The path, percent-encoded.
    fn path(&self) -> &str;

    /// What follows the `?`, percent-encoded; empty if there is none.
    fn query(&self) -> &str;

    /// The value of the first header of this name, in whatever case the name is written.
    fn header(&self, name: &str) -> Option<&[u8]>;

    /// Calls `each` with the value of every header of this name, in order.
    fn header_values<'h>(&'h self, name: &str, each: &mut dyn FnMut(&'h [u8]));

    /// Calls `each` with the name, in lower case, and the value of every header.
    fn headers(&self, each: &mut dyn FnMut(&str, &[u8]));
}

/// A request on its way to an endpoint: its head, and what is learned about it on the way.
pub struct Request {
    head: Box<dyn RequestHead>,
    principal: Option<Box<dyn Any>>,
}

impl Request {
    /// Wraps the head that an adapter gives.
    pub fn new(head: impl RequestHead + 'static) -> Self {
        Self {
            head: Box::new(head),
            principal: None,
        }
    }

    /// The head of the request.
    pub fn head(&self) -> &dyn RequestHead {
        &*self.head
    }

    /// The value of a header, if it is there once or more and is UTF-8.
    pub fn header_str(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.head.header(name)?).ok()
    }

    pub(crate) fn set_principal(&mut self, principal: Box<dyn Any>) {
        self.principal = Some(principal);
    }

    pub(crate) fn take_principal(&mut self) -> Option<Box<dyn Any>> {
        self.principal.take()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No headers: they carry credentials.
        f.debug_struct("Request")
            .field("method", &self.head.method())
            .field("path", &self.head.path())
            .finish_non_exhaustive()
    }
}
