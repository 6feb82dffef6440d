use dmr::{Controller, controller};

struct Users;

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Problem {
    text: String,
}

#[controller]
impl Controller for Users {
    type ErrorModel = Problem;

    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
