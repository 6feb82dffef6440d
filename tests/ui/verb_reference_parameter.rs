use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self, name: &str) -> u32 {
        name.len() as u32
    }
}

fn main() {}
