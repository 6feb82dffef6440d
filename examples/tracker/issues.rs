//! `projects/{project}/issues/` and `projects/{project}/issues/{issue}/`.

use std::rc::Rc;

use dmr::component::{Dependency, Depends, EntityTag, State};
use dmr::pagination::{CursorPage, CursorQuery};
use dmr::{
    Body, Controller, Error, Patch, Path, Precondition, Query, Response, ResponseSpec, Router,
    controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::app::{Answer, App, Conflict, found, sql};
use super::projects::Project;
use super::users::User;
use super::{attachments, comments};

pub(crate) fn router(app: &App) -> Router {
    Router::new("")
        .route("", IssueList(app.clone()))
        .route("{issue}/", IssueDetail(app.clone()))
        .include("{issue}/comments/", comments::router(app))
        .include("{issue}/attachments/", attachments::router(app))
}

#[derive(Clone, Serialize, JsonSchema, FromRow)]
pub(crate) struct Issue {
    pub(crate) id: i64,
    pub(crate) project_id: i64,
    title: String,
    text: String,
    state: Progress,
    author: String,
    assignee: Option<String>,
    /// It grows with every change, and is the entity tag.
    #[serde(skip)]
    version: i64,
}

#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "lowercase")]
enum Progress {
    Open,
    Started,
    Closed,
}

#[derive(Deserialize, JsonSchema)]
struct NewIssue {
    #[schemars(length(min = 1, max = 200))]
    title: String,
    #[serde(default)]
    text: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct IssuePatch {
    #[schemars(length(min = 1, max = 200))]
    title: Patch<String>,
    text: Patch<String>,
    state: Patch<Progress>,
    assignee: Patch<Option<String>>,
}

#[derive(Deserialize, JsonSchema)]
struct Filter {
    #[serde(flatten)]
    page: CursorQuery,
    state: Option<Progress>,
    assignee: Option<String>,
    /// A part of the title or the text.
    text: Option<String>,
}

const FILTERED: &str = "SELECT * FROM issues WHERE project_id = ?1 AND (?2 IS NULL OR id < ?2) \
    AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR assignee = ?4) \
    AND (?5 IS NULL OR instr(lower(title || char(10) || text), lower(?5))) \
    ORDER BY id DESC LIMIT ?6";

struct IssueList(App);

#[controller(tags = ["issues"])]
impl Controller for IssueList {
    /// List the issues of a project, the newest first.
    async fn get(&self, project: Depends<Project>, by: Query<Filter>) -> Answer<CursorPage<Issue>> {
        let cursors = &self.0.issue_cursors;
        let (before, limit) = (cursors.after(&by.page)?, by.page.limit.cast_signed() + 1);
        let issues: Vec<Issue> = sql!(fetch_all(self.0): FILTERED, project.id, before,
            by.state, &by.assignee, &by.text, limit)?;
        Ok(cursors.page(issues, &by.page, |last| last.id)?)
    }

    /// Report an issue.
    #[validate(ResponseSpec::created::<Issue>())]
    async fn post(
        &self,
        project: Depends<Project>,
        author: Depends<User>,
        Body(new): Body<NewIssue>,
    ) -> Answer<Response> {
        let issue: Issue = sql!(fetch_one(self.0):
            "INSERT INTO issues (project_id, author, title, text) VALUES (?, ?, ?, ?) RETURNING *",
            project.id, &author.name, new.title, new.text)?;
        let url = format!("/api/projects/{}/issues/{}/", project.id, issue.id);
        Ok(Response::created(url, issue))
    }
}

/// One issue. `If-Match` protects the changes of others.
struct IssueDetail(App);

#[controller(tags = ["issues"])]
impl Controller for IssueDetail {
    /// Show an issue.
    #[validate(ResponseSpec::tagged::<Issue>(), ResponseSpec::not_modified())]
    async fn get(&self, Depends(issue): Depends<Issue>, condition: Precondition) -> Response {
        match EntityTag::of_version(issue.version) {
            tag if condition.is_current(&tag) => Response::not_modified(&tag),
            tag => Response::tagged(&tag, Rc::unwrap_or_clone(issue)),
        }
    }

    /// Change or assign an issue.
    #[validate(ResponseSpec::tagged::<Issue>())]
    async fn patch(
        &self,
        Depends(issue): Depends<Issue>,
        condition: Precondition,
        Body(patch): Body<IssuePatch>,
    ) -> Answer<Response, Conflict> {
        condition.check(&EntityTag::of_version(issue.version))?;
        let mut new = Rc::unwrap_or_clone(issue);
        patch.title.apply(&mut new.title);
        patch.text.apply(&mut new.text);
        patch.state.apply(&mut new.state);
        patch.assignee.apply(&mut new.assignee);
        let issue: Option<Issue> = sql!(fetch_optional(self.0):
            "UPDATE issues SET title = ?, text = ?, state = ?, assignee = ?, version = version + 1
                WHERE id = ? AND version = ? RETURNING *",
            new.title, new.text, new.state, new.assignee, new.id, new.version)?;
        let issue = issue.ok_or_else(Precondition::failed)?;
        let tag = EntityTag::of_version(issue.version);
        Ok(Response::tagged(&tag, issue))
    }
}

/// The issue of the path.
impl Dependency for Issue {
    type Components = (Path<(i64, i64)>, State<App>);

    async fn resolve((Path((project, issue)), app): Self::Components) -> Result<Self, Error> {
        let select = "SELECT * FROM issues WHERE project_id = ? AND id = ?";
        found(sql!(fetch_optional(app): select, project, issue), "issue")
    }
}
