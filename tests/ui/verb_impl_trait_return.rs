use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self) -> impl Iterator<Item = u32> {
        0..3
    }
}

fn main() {}
