use dmr::{Controller, JsonLines, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self) -> JsonLines<'_, u32> {
        yield 1;
    }
}

fn main() {}
