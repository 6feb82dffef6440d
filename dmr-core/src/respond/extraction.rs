//! From a request to the arguments of a method.

use std::fmt;

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
    /// The request is dropped before the method is called, and its memory goes back to the server.
    /// Otherwise a stream would hold the memory for as long as it lasts.
    ///
    /// # Errors
    ///
    /// 400 with everything that is wrong with the components. 406, if the endpoint has only streams
    /// and files to give, and the client wants neither: so far, the client could have read an error.
    pub(crate) async fn arguments<P: Parameters>(
        mut self,
        prepared: &P::Prepared,
    ) -> Result<(P::Arguments, Reply<'a>), Error> {
        match P::extract(prepared, &mut self.request, &mut self.invalid).await? {
            Some(arguments) => Ok((arguments, self.into_reply()?)),
            None => Err(Error::request(self.invalid)),
        }
    }

    fn into_reply(self) -> Result<Reply<'a>, Error> {
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
