use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    #[modify("Count")]
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
