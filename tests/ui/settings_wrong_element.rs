use dmr::{Settings, StatusCode};

fn main() {
    let _ = Settings::default().responses([StatusCode::NOT_FOUND]);
}
