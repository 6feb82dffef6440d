use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self) -> u32 {
        1
    }

    async fn handle_error(&self, error: u32) -> Result<dmr::Response, dmr::Error> {
        unreachable!("{error}")
    }
}

fn main() {}
