use dmr::{NewHeader, ResponseSpec};

fn main() {
    let _ = ResponseSpec::new::<u32>(dmr::StatusCode::OK).header("X-Version", NewHeader::new("1"));
}
