use dmr::{Controller, Response, StatusCode, controller};

struct Users;

#[controller]
impl Controller for Users {
    #[modify(deprecated)]
    async fn get(&self) -> Response {
        Response::empty(StatusCode::OK)
    }
}

fn main() {}
