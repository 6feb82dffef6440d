use dmr::{Controller, controller};

struct Users;

#[controller]
impl Controller for Users {}

fn main() {}
