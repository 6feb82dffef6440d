//! A unit test calls a verb like any method.

use dmr::{Controller, Query, controller};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
struct Page {
    after: u64,
}

struct Numbers;

#[controller]
impl Controller for Numbers {
    async fn get(&self, page: Query<Page>) -> Vec<u64> {
        vec![page.after + 1]
    }
}

fn main() {
    let numbers = Numbers.get(Query(Page { after: 1 }));
    let numbers = actix_web::rt::System::new().block_on(numbers);
    assert_eq!(numbers, [2]);
}
