//! `authors/` and `authors/{id}/`.

use dmr::pagination::Paginated;
use dmr::{Body, Controller, Path, Query, Response, ResponseSpec, StatusCode, controller};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Problem;
use crate::store::{Author, AuthorFields, Store, StoreError};

/// The list of authors.
pub(crate) struct AuthorList(pub(crate) Store);

#[derive(Deserialize, JsonSchema)]
struct AuthorPage {
    /// A part of the name, in upper or lower case.
    #[serde(default)]
    #[schemars(length(max = 200), regex(pattern = r"^[^\u0000]*$"))]
    search: Option<String>,
    /// The number of the page.
    #[serde(default = "first_page")]
    #[schemars(range(min = 1, max = 1_000_000))]
    page: u32,
    /// The number of authors on a page.
    #[serde(default = "page_size")]
    #[schemars(range(min = 1, max = 100))]
    per_page: u32,
}

fn first_page() -> u32 {
    1
}

fn page_size() -> u32 {
    20
}

#[controller(tags = ["authors"])]
impl Controller for AuthorList {
    type ErrorModel = Problem;

    /// List the authors, page by page.
    async fn get(&self, Query(wanted): Query<AuthorPage>) -> Result<Paginated<Author>, StoreError> {
        let search = wanted.search.as_deref();
        let (page, per_page) = (i64::from(wanted.page), i64::from(wanted.per_page));
        let count = self.0.count_authors(search).await?;
        let authors = self
            .0
            .authors(search, per_page, (page - 1) * per_page)
            .await?;
        if authors.is_empty() && wanted.page > 1 {
            return Err(StoreError::NoPage(wanted.page.into()));
        }
        Ok(Paginated::new(
            authors,
            wanted.page.into(),
            wanted.per_page.into(),
            count,
        ))
    }

    /// Add an author.
    #[validate(ResponseSpec::created::<Author>())]
    async fn post(&self, Body(fields): Body<AuthorFields>) -> Result<Response, StoreError> {
        let author = self.0.add_author(fields).await?;
        let url = format!("/api/authors/{}/", author.id);
        Ok(Response::created(url, author))
    }
}

/// One author.
pub(crate) struct AuthorDetail(pub(crate) Store);

#[controller(tags = ["authors"])]
impl Controller for AuthorDetail {
    type ErrorModel = Problem;

    /// Show an author.
    async fn get(&self, id: Path<i64>) -> Result<Author, StoreError> {
        self.0.author(*id).await
    }

    /// Replace an author.
    async fn put(
        &self,
        id: Path<i64>,
        Body(fields): Body<AuthorFields>,
    ) -> Result<Author, StoreError> {
        self.0.replace_author(*id, fields).await
    }

    /// Remove an author who has no books.
    #[modify(status_code = StatusCode::NO_CONTENT)]
    async fn delete(&self, id: Path<i64>) -> Result<(), StoreError> {
        self.0.remove_author(*id).await
    }
}
