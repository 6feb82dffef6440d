use dmr::{Controller, controller};

struct Users;

struct Failure;

#[controller]
impl Controller for Users {
    async fn get(&self) -> Result<u32, Failure> {
        Err(Failure)
    }
}

fn main() {}
