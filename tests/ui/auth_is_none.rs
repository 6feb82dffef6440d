use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    #[modify(auth = ["secret"])]
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
