use crate::all;

pub(crate) fn routes(config: &mut actix_web::web::ServiceConfig) {
    config.configure(all::items0::routes);
}
