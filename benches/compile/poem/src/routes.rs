use crate::all;

// A tuple of poem-openapi has sixteen members at most, so the tuples are nested.
#[rustfmt::skip]
pub(crate) fn routes() -> impl poem_openapi::OpenApi {
    (all::items0::Items,
    ()
    ) // items0
}
