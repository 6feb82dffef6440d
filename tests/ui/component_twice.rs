use dmr::{Controller, Headers, controller};

struct Users;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Names {
    host: String,
}

#[controller]
impl Controller for Users {
    async fn get(&self, names: Headers<Names>, again: dmr::Headers<Names>) -> bool {
        names.host == again.host
    }
}

fn main() {}
