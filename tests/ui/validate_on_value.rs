use dmr::{Controller, ResponseSpec, StatusCode, controller};

struct Users;

#[controller]
impl Controller for Users {
    #[validate(ResponseSpec::new::<u32>(StatusCode::OK))]
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
