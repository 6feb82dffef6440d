use dmr::{Controller, controller};

struct Users;

#[controller(tag = ["users"])]
impl Controller for Users {
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
