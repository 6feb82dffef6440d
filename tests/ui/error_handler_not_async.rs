use dmr::{Controller, Error, Response, controller};

struct Users;

impl Users {
    fn on_error(&self, _: &Error) -> Option<Response> {
        None
    }
}

#[controller]
impl Controller for Users {
    #[modify(error_handler = Self::on_error)]
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
