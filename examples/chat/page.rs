//! The page that shows the messages.

use dmr::{Controller, FileResponse, Response, ResponseSpec, StatusCode, controller};

pub(crate) struct Page;

#[controller(ignore_from_spec)]
impl Controller for Page {
    #[validate(ResponseSpec::file(StatusCode::OK, "text/html"))]
    async fn get(&self) -> Response {
        FileResponse::new("text/html; charset=utf-8", include_str!("page.html")).into()
    }
}
