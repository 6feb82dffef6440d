use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    #[modify(status_code = 201)]
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
