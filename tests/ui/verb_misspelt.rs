use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self) -> u32 {
        1
    }

    async fn delte(&self) -> u32 {
        2
    }
}

fn main() {}
