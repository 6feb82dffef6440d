use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self) -> u32 {
        1
    }

    async fn POST(&self) -> u32 {
        1
    }
}

fn main() {}
