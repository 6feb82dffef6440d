use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self) -> u32 {
        1
    }

    #[modify(deprecated)]
    async fn handle_error(&self, error: dmr::Error) -> Result<dmr::Response, dmr::Error> {
        Err(error)
    }
}

fn main() {}
