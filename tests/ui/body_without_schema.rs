use dmr::{Body, Controller, controller};

struct Users;

#[derive(serde::Deserialize)]
struct User {
    email: String,
}

#[controller]
impl Controller for Users {
    async fn post(&self, user: Body<User>) -> String {
        user.0.email
    }
}

fn main() {}
