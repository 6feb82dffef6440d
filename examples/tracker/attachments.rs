//! `projects/{project}/issues/{issue}/attachments/` and the attachments themselves.

use dmr::component::{Depends, UploadedFile};
use dmr::serializer::Multipart;
use dmr::{
    Controller, FileResponse, Files, Path, Response, ResponseSpec, Router, StatusCode, controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::app::{Answer, App, found, sql};
use super::issues::Issue;

pub(crate) fn router(app: &App) -> Router {
    Router::new("")
        .route("", AttachmentList(app.clone()))
        .route("{attachment}/", AttachmentDetail(app.clone()))
}

#[derive(Serialize, JsonSchema, FromRow)]
struct Attachment {
    id: i64,
    name: String,
    media_type: String,
    size: i64,
}

#[derive(Deserialize, JsonSchema)]
struct Upload {
    file: UploadedFile,
}

struct AttachmentList(App);

#[controller(tags = ["attachments"])]
impl Controller for AttachmentList {
    /// List the attachments of an issue.
    async fn get(&self, issue: Depends<Issue>) -> Answer<Vec<Attachment>> {
        let select = "SELECT * FROM attachments WHERE issue_id = ? ORDER BY id";
        Ok(sql!(fetch_all(self.0): select, issue.id)?)
    }

    /// Attach a file to an issue.
    #[validate(
        ResponseSpec::created::<Attachment>(),
        parsers = [Multipart],
        max_upload_size = 1_000_000,
    )]
    async fn post(&self, issue: Depends<Issue>, upload: Files<Upload>) -> Answer<Response> {
        let file = upload.0.file;
        let (about, content) = (file.metadata.clone(), file.into_bytes().await?);
        let file: Attachment = sql!(fetch_one(self.0):
            "INSERT INTO attachments (issue_id, name, media_type, content)
                VALUES (?, ?, coalesce(?, 'application/octet-stream'), ?) RETURNING *",
            issue.id, about.name, about.content_type, &*content)?;
        let (project, issue, id) = (issue.project_id, issue.id, file.id);
        let url = format!("/api/projects/{project}/issues/{issue}/attachments/{id}/");
        Ok(Response::created(url, file))
    }
}

struct AttachmentDetail(App);

#[controller(tags = ["attachments"])]
impl Controller for AttachmentDetail {
    /// Download an attachment.
    #[validate(ResponseSpec::file(StatusCode::OK, "*/*"))]
    async fn get(&self, Path(ids): Path<(i64, i64, i64)>) -> Answer<Response> {
        let (project, issue, id) = ids;
        let file = sql!(fetch_optional(self.0):
            "SELECT name, media_type, content FROM attachments JOIN issues ON issues.id = issue_id
                WHERE project_id = ? AND issue_id = ? AND attachments.id = ?", project, issue, id);
        let (name, media_type, bytes): (String, String, Vec<u8>) = found(file, "attachment")?;
        Ok(FileResponse::new(media_type, bytes).attachment(name).into())
    }
}
