use dmr::{Controller, controller};

struct Users;

struct Name;

#[controller]
impl Controller for Users {
    async fn get(&self) -> Name {
        Name
    }
}

fn main() {}
