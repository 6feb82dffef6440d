use crate::all;

pub(crate) fn router() -> dmr::Router {
    let mut router = dmr::Router::new("");
    router = router.route("items0/", all::items0::Items);
    router
}
