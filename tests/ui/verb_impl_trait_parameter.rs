use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self, name: impl ToString) -> String {
        name.to_string()
    }
}

fn main() {}
