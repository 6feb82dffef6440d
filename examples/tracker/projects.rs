//! `projects/` and `projects/{project}/`.

use std::rc::Rc;

use dmr::component::{Dependency, Depends, State};
use dmr::pagination::{PageQuery, Paginated};
use dmr::{
    Body, Controller, Error, Patch, Path, Query, Response, ResponseSpec, Router, StatusCode,
    controller,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::app::{Answer, App, Conflict, found, sql};
use super::issues;
use super::users::Admin;

pub(crate) fn router(app: &App) -> Router {
    Router::new("")
        .route("", ProjectList(app.clone()))
        .route("{project}/", ProjectDetail(app.clone()))
        .include("{project}/issues/", issues::router(app))
}

#[derive(Clone, Serialize, JsonSchema, FromRow)]
pub(crate) struct Project {
    pub(crate) id: i64,
    name: String,
    description: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct NewProject {
    #[schemars(length(min = 1, max = 100))]
    name: String,
    description: Option<String>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct ProjectPatch {
    #[schemars(length(min = 1, max = 100))]
    name: Patch<String>,
    description: Patch<Option<String>>,
}

struct ProjectList(App);

#[controller(tags = ["projects"])]
impl Controller for ProjectList {
    /// List the projects, page by page.
    async fn get(&self, page: Query<PageQuery>) -> Answer<Paginated<Project>> {
        self.0.page("projects", *page).await
    }

    /// Add a project.
    #[validate(ResponseSpec::created::<Project>())]
    async fn post(&self, Body(new): Body<NewProject>) -> Answer<Response, Conflict> {
        let insert = "INSERT INTO projects (name, description) VALUES (?, ?) RETURNING *";
        let project: Project = sql!(fetch_one(self.0): insert, new.name, new.description)?;
        let url = format!("/api/projects/{}/", project.id);
        Ok(Response::created(url, project))
    }
}

struct ProjectDetail(App);

#[controller(tags = ["projects"])]
impl Controller for ProjectDetail {
    /// Show a project.
    async fn get(&self, Depends(project): Depends<Project>) -> Rc<Project> {
        project
    }

    /// Change a project.
    async fn patch(
        &self,
        Depends(project): Depends<Project>,
        Body(patch): Body<ProjectPatch>,
    ) -> Answer<Project, Conflict> {
        let mut new = Rc::unwrap_or_clone(project);
        patch.name.apply(&mut new.name);
        patch.description.apply(&mut new.description);
        let update = "UPDATE projects SET name = ?, description = ? WHERE id = ? RETURNING *";
        let new = sql!(fetch_one(self.0): update, new.name, new.description, new.id)?;
        Ok(new)
    }

    /// Delete a project with all its issues. Only for administrators.
    #[modify(status_code = StatusCode::NO_CONTENT)]
    async fn delete(&self, _: Depends<Admin>, project: Depends<Project>) -> Answer<()> {
        let delete = sqlx::query("DELETE FROM projects WHERE id = ?").bind(project.id);
        delete.execute(&self.0.db).await?;
        Ok(())
    }
}

/// The project of the path.
impl Dependency for Project {
    type Components = (Path<i64>, State<App>);

    async fn resolve((id, app): Self::Components) -> Result<Self, Error> {
        let select = "SELECT * FROM projects WHERE id = ?";
        found(sql!(fetch_optional(app): select, *id), "project")
    }
}
