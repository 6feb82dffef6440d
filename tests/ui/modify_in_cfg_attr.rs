use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    #[cfg_attr(all(), modify(deprecated))]
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
