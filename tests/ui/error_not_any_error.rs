use dmr::{AnyError, Controller, controller};

struct Users;

struct Failure;

fn find() -> Result<u32, Failure> {
    Err(Failure)
}

#[controller]
impl Controller for Users {
    async fn get(&self) -> Result<u32, AnyError> {
        Ok(find()?)
    }
}

fn main() {}
