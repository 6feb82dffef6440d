//! The same stream twice: as a value, and as a finished response with a declaration.

use dmr::stream::{StreamingResponse, events, format};
use dmr::{Controller, JsonLines, ResponseSpec, StatusCode, controller};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Serialize, JsonSchema)]
pub(crate) struct User {
    email: String,
}

fn users() -> JsonLines<'static, User> {
    events! {
        for name in ["first", "second"] {
            yield User { email: format!("{name}@example.com") };
        }
    }
}

pub(crate) struct UserEvents;

#[controller(tags = ["users"])]
impl Controller for UserEvents {
    /// Stream the users.
    async fn get(&self) -> JsonLines<'_, User> {
        users()
    }
}

pub(crate) struct ValidatedUserEvents;

#[controller(tags = ["users"])]
impl Controller for ValidatedUserEvents {
    /// Stream the users, as a finished response.
    #[validate(ResponseSpec::stream::<User, format::JsonLines>(StatusCode::OK))]
    async fn get(&self) -> StreamingResponse<'_, User, format::JsonLines> {
        StreamingResponse::new(users())
    }
}
