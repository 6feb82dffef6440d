//! From a request to the arguments of a method.

use std::{fmt, mem};

use crate::component::Parameters;
use crate::error::Error;
use crate::error_detail::ErrorDetail;
use crate::negotiation::not_acceptable;
use crate::request::Request;
use crate::returned::Reply;

/// A request whose components are to be extracted.
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

    /// Extracts the arguments of the method.
    ///
    /// # Errors
    ///
    /// A 400 that lists everything that is wrong with the components. Any other failure of a
    /// component.
    pub(crate) async fn arguments<P: Parameters>(
        &mut self,
        prepared: &P::Prepared,
    ) -> Result<P::Arguments, Error> {
        match P::extract(prepared, &mut self.request, &mut self.invalid).await? {
            Some(arguments) => Ok(arguments),
            None => Err(Error::request(mem::take(&mut self.invalid))),
        }
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
    pub(crate) fn into_reply(self) -> Result<Reply<'a>, Error> {
        match self.reply.refused_offers() {
            Some(offers) => Err(not_acceptable(offers, self.request.accept().as_deref())),
            None => Ok(self.reply),
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
