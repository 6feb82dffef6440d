use dmr::{Controller, Headers, controller};

struct Users;

struct Names;

#[controller]
impl Controller for Users {
    async fn get(&self, names: Headers<Names>) -> u32 {
        let _ = names;
        1
    }
}

fn main() {}
