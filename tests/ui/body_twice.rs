use dmr::{Body, Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn post(&self, first: Body<u32>, second: Body<String>) -> u32 {
        first.0 + u32::from(second.0.is_empty())
    }
}

fn main() {}
