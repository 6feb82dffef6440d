use dmr::{Controller, Error, Response, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self) -> u32 {
        1
    }

    fn handle_error(&self, _: &Error) -> Option<Response> {
        None
    }
}

fn main() {}
