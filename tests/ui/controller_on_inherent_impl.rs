use dmr::controller;

struct Users;

#[controller]
impl Users {
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
