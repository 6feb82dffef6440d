use dmr::Router;

struct Users;

pub fn router() -> Router {
    Router::new("").route("users/", Users)
}

fn main() {}
