use dmr::stream::events;
use dmr::{Controller, JsonLines, controller};

struct Users;

struct Name;

#[controller]
impl Controller for Users {
    async fn get(&self) -> JsonLines<'_, Name> {
        events! { yield Name; }
    }
}

fn main() {}
