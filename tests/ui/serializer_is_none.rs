use dmr::{Controller, controller};

struct Users;
struct Yaml;

#[controller]
impl Controller for Users {
    type Serializer = Yaml;

    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
