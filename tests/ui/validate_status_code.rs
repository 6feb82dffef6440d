use dmr::{Controller, Response, StatusCode, controller};

struct Users;

#[controller]
impl Controller for Users {
    #[validate(status_code = StatusCode::OK)]
    async fn get(&self) -> Response {
        Response::empty(StatusCode::OK)
    }
}

fn main() {}
