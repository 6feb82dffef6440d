use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&mut self) -> u32 {
        1
    }
}

fn main() {}
