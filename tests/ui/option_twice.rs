use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    #[modify(summary = "Count", summary = "Count them")]
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
