use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self) -> u32 {
        1
    }

    async fn handle_error(&self, error: u32) -> Option<dmr::Response> {
        unreachable!("{error}")
    }
}

fn main() {}
