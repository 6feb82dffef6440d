use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get() -> u32 {
        1
    }
}

fn main() {}
