use crate::all;

// Tuples of poem-openapi have sixteen members at most, so they are nested.
#[rustfmt::skip]
pub(crate) fn routes() -> impl poem_openapi::OpenApi {
    (all::items0::Items,
    ()
    ) // items0
}
