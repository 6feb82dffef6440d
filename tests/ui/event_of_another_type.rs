use dmr::{Controller, JsonLines, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self) -> JsonLines<'_, u32> {
        JsonLines::generate(async move |out| {
            out.send("one").await;
            Ok(())
        })
    }
}

fn main() {}
