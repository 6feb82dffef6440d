//! From a request to the parameters of a method.

use std::fmt;

use crate::component::{Component, Rejection};
use crate::error::Error;
use crate::error_detail::ErrorDetail;
use crate::negotiation::not_acceptable;
use crate::request::Request;
use crate::returned::Reply;

/// A request whose components are extracted one after the other. What is wrong with them is
/// collected, and reported at once.
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

    /// Extracts a component. One that is invalid is `None`, and what is wrong with it is noted.
    ///
    /// # Errors
    ///
    /// Anything else than an invalid component ends the request at once.
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

    /// The error of a request that has invalid components: a 400 that lists everything.
    pub fn into_error(self) -> Error {
        Error::request(self.invalid)
    }

    /// Ends the extraction.
    ///
    /// The request is dropped before the method is called. Its memory goes back to the server, and
    /// a stream would hold it for as long as it lasts.
    ///
    /// # Errors
    ///
    /// 406, if the endpoint has only streams and files to give, and the client wants neither. So
    /// far, the client could have read an error.
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
