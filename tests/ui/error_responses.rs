use dmr::ErrorResponses;

#[derive(Debug, thiserror::Error, ErrorResponses)]
enum MissingStatus {
    #[error("no book {0}")]
    NotFound(i64),
    #[error("taken")]
    #[response(status = 409, colour = "red")]
    Taken,
    #[error("broken")]
    #[response(status = 500, internal)]
    Broken,
    #[error("sold out")]
    #[response(status = 99)]
    SoldOut,
    #[error("locked")]
    #[response(status = 423, data)]
    Locked { by: String, until: String },
}

#[derive(Debug, thiserror::Error, ErrorResponses)]
#[error("no enum")]
struct NoEnum;

fn main() {}
