use dmr::controller;

#[controller]
struct Users;

fn main() {}
