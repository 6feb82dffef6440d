use dmr::component::BodyStream;
use dmr::stream::format::JsonArray;
use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn post(&self, _: BodyStream<u32, JsonArray>) -> u64 {
        0
    }
}

fn main() {}
