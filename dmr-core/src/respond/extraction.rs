//! From a request to the parameters of a method.

use std::fmt;

use crate::component::{Component, Rejection};
use crate::error::Error;
use crate::error_detail::ErrorDetail;
use crate::negotiation::not_acceptable;
use crate::request::Request;
use crate::returned::Reply;

/// A request whose components are extracted one by one. Their problems are collected and reported
/// together.
pub struct Extraction<'a> {
    request: Request,
    invalid: Vec<ErrorDetail>,
    reply: Reply<'a>,
}

impl<'a> Extraction<'a> {
    pub(crate) fn new(request: Request, reply: Reply<'a>) -> Self {
        Self {
            request,
            invalid: Vec::new(),
            reply,
        }
    }

    /// Extracts a component. Returns `None` if it is invalid, and notes its problems.
    ///
    /// # Errors
    ///
    /// Any failure other than an invalid component. It ends the request at once.
    pub async fn component<C: Component>(
        &mut self,
        prepared: &C::Prepared,
    ) -> Result<Option<C>, Error> {
        match C::extract(prepared, &mut self.request).await {
            Ok(component) => Ok(Some(component)),
            Err(rejection) => self.reject(rejection).map(|()| None),
        }
    }

    fn reject(&mut self, rejection: Rejection) -> Result<(), Error> {
        match rejection {
            Rejection::Invalid(details) => {
                self.invalid.extend(details);
                Ok(())
            }
            Rejection::Failed(error) => Err(error),
        }
    }

    /// The error of a request with invalid components: a 400 that lists all problems.
    pub fn into_error(self) -> Error {
        Error::request(self.invalid)
    }

    /// Ends the extraction.
    ///
    /// The request is dropped before the method is called, and its memory goes back to the server.
    /// Otherwise a stream would hold the memory for as long as it lasts.
    ///
    /// # Errors
    ///
    /// A 406 if the endpoint has only streams and files, and the client accepts neither. The check
    /// comes this late because such a client can still read an earlier error.
    pub fn into_reply(self) -> Result<Reply<'a>, Error> {
        let Self { request, reply, .. } = self;
        match reply.refused_offers() {
            Some(offers) => Err(not_acceptable(offers, request.accept().as_deref())),
            None => Ok(reply),
        }
    }
}

impl fmt::Debug for Extraction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extraction")
            .field("request", &self.request)
            .field("invalid", &self.invalid)
            .finish_non_exhaustive()
    }
}
