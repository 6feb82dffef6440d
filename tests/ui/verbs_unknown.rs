use dmr::{Controller, controller};

struct Users;

#[controller(verbs = [Purge, get, options, LOCK])]
impl Controller for Users {
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
