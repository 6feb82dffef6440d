use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self) -> u32 {
        1
    }

    async fn handle_eror(&self, error: dmr::Error) -> Result<dmr::Response, dmr::Error> {
        Err(error)
    }
}

fn main() {}
