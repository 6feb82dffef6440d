use dmr::Controller;

struct Users;

impl Controller for Users {
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
