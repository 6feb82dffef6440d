use dmr::{Controller, Headers, controller};

struct Users;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Names {
    host: String,
}

#[controller]
impl Controller for Users {
    async fn get(&self, name: String, names: Headers<Names>) -> usize {
        name.len() + names.host.len()
    }
}

fn main() {}
