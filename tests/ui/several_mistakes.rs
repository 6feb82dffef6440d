use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    async fn get(&self) -> u32 {
        1
    }

    fn put(&self) -> u32 {
        1
    }

    #[modify(deprecated)]
    async fn helper(&self) {}

    async fn patch<T>(self) -> u32 {
        1
    }
}

fn main() {}
