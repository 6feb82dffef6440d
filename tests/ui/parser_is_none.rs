use dmr::serializer::ProblemJson;
use dmr::{Body, Controller, controller};

struct Users;

#[controller]
impl Controller for Users {
    #[modify(parsers = [ProblemJson])]
    async fn post(&self, body: Body<u32>) -> u32 {
        body.0
    }
}

fn main() {}
