use dmr::{NewCookie, ResponseSpec};

fn main() {
    let _ = ResponseSpec::new::<u32>(dmr::StatusCode::OK).cookie("session", NewCookie::new("1"));
}
