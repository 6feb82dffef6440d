//! The component for the whole head of a request.

use http::request::{Parts, Request as HttpRequest};
use http::{HeaderName, HeaderValue, Uri};

use super::{Component, Description, Rejection, Unbuildable};
use crate::error::Error;
use crate::request::{Request, RequestHead};

/// The whole head: the method, the path and query as the [`Uri`], the version of HTTP, and all
/// headers. The extensions are empty.
///
/// The document does not mention the head. Prefer [`Query`](crate::Query) and
/// [`Headers`](crate::Headers), which document and check what they read.
///
/// ```
/// use http::request::Parts;
///
/// async fn get(head: Parts) -> String {
///     format!("{} {}", head.method, head.uri)
/// }
/// ```
impl Component for Parts {
    type Prepared = ();

    fn describe(_: &mut Description<'_>) -> Result<(), Unbuildable> {
        Ok(())
    }

    async fn extract((): &(), request: &mut Request) -> Result<Self, Rejection> {
        Ok(parts(request.head()).map_err(Error::internal)?)
    }
}

fn parts(head: &dyn RequestHead) -> Result<Parts, http::Error> {
    let target = match head.query() {
        "" => head.path().to_owned(),
        query => format!("{}?{query}", head.path()),
    };
    let request = HttpRequest::builder()
        .method(head.method())
        .uri(Uri::try_from(target)?)
        .version(head.version())
        .body(())?;
    let (mut parts, ()) = request.into_parts();
    let mut broken = None;
    head.headers(&mut |name, value| match (
        HeaderName::try_from(name),
        HeaderValue::from_bytes(value),
    ) {
        (Ok(name), Ok(value)) => {
            parts.headers.append(name, value);
        }
        (Err(error), _) => broken = Some(http::Error::from(error)),
        (_, Err(error)) => broken = Some(error.into()),
    });
    broken.map_or(Ok(parts), Err)
}
