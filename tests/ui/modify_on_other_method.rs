use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self) -> u32 {
        1
    }

    #[modify(deprecated)]
    async fn handle_error(&self, _: &dmr::Error) -> Option<dmr::Response> {
        None
    }
}

fn main() {}
