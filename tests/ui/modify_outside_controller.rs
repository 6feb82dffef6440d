use dmr::modify;

struct Users;

impl Users {
    #[modify(deprecated)]
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
