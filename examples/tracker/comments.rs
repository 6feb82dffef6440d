//! `projects/{project}/issues/{issue}/comments/`.

use dmr::component::Depends;
use dmr::stream::try_events;
use dmr::{Body, Controller, Headers, Router, Sse, SseEvent, controller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::app::{Answer, App, sql};
use super::issues::Issue;
use super::users::User;

pub(crate) fn router(app: &App) -> Router {
    Router::new("").route("", CommentList(app.clone()))
}

#[derive(Serialize, JsonSchema, FromRow)]
struct Comment {
    id: i64,
    author: String,
    text: String,
}

#[derive(Deserialize, JsonSchema)]
struct NewComment {
    #[schemars(length(min = 1, max = 10_000))]
    text: String,
}

#[derive(Deserialize, JsonSchema)]
struct Seen {
    #[serde(rename = "Last-Event-ID", default)]
    last_event_id: i64,
}

struct CommentList(App);

#[controller(tags = ["comments"])]
impl Controller for CommentList {
    /// Stream the comments after `Last-Event-ID`, those of the past and those to come.
    async fn get(&self, issue: Depends<Issue>, seen: Headers<Seen>) -> Sse<'_, SseEvent<Comment>> {
        let select = "SELECT * FROM comments WHERE issue_id = ? AND id > ? ORDER BY id";
        let mut last = seen.last_event_id;
        // From here on, every new comment wakes the stream.
        let mut commented = self.0.commented.subscribe();
        try_events! {
            loop {
                let comments: Vec<Comment> = sql!(fetch_all(self.0): select, issue.id, last)?;
                for comment in comments {
                    last = comment.id;
                    yield SseEvent::new(comment).id(last);
                }
                commented.changed().await?;
            }
        }
    }

    /// Comment on an issue.
    async fn post(
        &self,
        issue: Depends<Issue>,
        author: Depends<User>,
        Body(new): Body<NewComment>,
    ) -> Answer<Comment> {
        let insert = "INSERT INTO comments (issue_id, author, text) VALUES (?, ?, ?) RETURNING *";
        let comment = sql!(fetch_one(self.0): insert, issue.id, &author.name, new.text)?;
        self.0.commented.send_replace(());
        Ok(comment)
    }
}
