use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self, name: String) -> u32 {
        name.len() as u32
    }
}

fn main() {}
