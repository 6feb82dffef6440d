use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get<'a>(&'a self) -> &'a str {
        "one"
    }
}

fn main() {}
