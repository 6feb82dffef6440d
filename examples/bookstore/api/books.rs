//! `books/` and `books/{id}/`.

use dmr::pagination::CursorPage;
use dmr::{
    Body, Controller, Path, Precondition, Query, Response, ResponseSpec, StatusCode, controller,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Problem;
use crate::store::{Book, BookChanges, BookFields, BookFilter, Store, StoreError};

/// The list of books.
pub(crate) struct BookList(pub(crate) Store);

#[derive(Deserialize, JsonSchema)]
struct BooksWanted {
    #[serde(flatten)]
    filter: BookFilter,
    /// `next` of the previous page.
    #[serde(default)]
    cursor: i64,
    /// The number of books on a page.
    #[serde(default = "page_size")]
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
}

fn page_size() -> u32 {
    20
}

#[controller(tags = ["books"])]
impl Controller for BookList {
    type ErrorModel = Problem;

    /// List the books, from a cursor on.
    async fn get(&self, Query(wanted): Query<BooksWanted>) -> Result<CursorPage<Book>, StoreError> {
        let one_more = i64::from(wanted.limit) + 1;
        let books = self
            .0
            .books(&wanted.filter, wanted.cursor, one_more)
            .await?;
        Ok(CursorPage::new(books, wanted.limit as usize, |last| {
            last.id.to_string()
        }))
    }

    /// Add a book.
    #[validate(ResponseSpec::created::<Book>())]
    async fn post(&self, Body(fields): Body<BookFields>) -> Result<Response, StoreError> {
        let book = self.0.add_book(fields).await?;
        let url = format!("/api/books/{}/", book.id);
        Ok(Response::created(url, book))
    }
}

/// One book. Each version has an entity tag: `If-None-Match` saves a transfer, `If-Match` protects
/// the changes of others.
pub(crate) struct BookDetail(pub(crate) Store);

#[controller(tags = ["books"])]
impl Controller for BookDetail {
    type ErrorModel = Problem;

    /// Show a book.
    #[validate(ResponseSpec::tagged::<Book>(), ResponseSpec::not_modified())]
    async fn get(&self, id: Path<i64>, condition: Precondition) -> Result<Response, StoreError> {
        let book = self.0.book(*id).await?;
        match book.tag() {
            tag if condition.is_current(&tag) => Ok(Response::not_modified(&tag)),
            tag => Ok(Response::tagged(&tag, book)),
        }
    }

    /// Replace a book.
    #[validate(ResponseSpec::tagged::<Book>())]
    async fn put(
        &self,
        id: Path<i64>,
        condition: Precondition,
        Body(fields): Body<BookFields>,
    ) -> Result<Response, StoreError> {
        let book = self.unchanged(*id, &condition).await?;
        let book = self.0.replace_book(&book, fields).await?;
        Ok(Response::tagged(&book.tag(), book))
    }

    /// Change the title or the price of a book.
    #[validate(ResponseSpec::tagged::<Book>())]
    async fn patch(
        &self,
        id: Path<i64>,
        condition: Precondition,
        Body(changes): Body<BookChanges>,
    ) -> Result<Response, StoreError> {
        let book = self.unchanged(*id, &condition).await?;
        let book = self.0.change_book(&book, changes).await?;
        Ok(Response::tagged(&book.tag(), book))
    }

    /// Remove a book.
    #[modify(status_code = StatusCode::NO_CONTENT)]
    async fn delete(&self, id: Path<i64>) -> Result<(), StoreError> {
        self.0.remove_book(*id).await
    }
}

impl BookDetail {
    /// Returns the book, unless the client has sent the tag of another version.
    async fn unchanged(&self, id: i64, condition: &Precondition) -> Result<Book, StoreError> {
        let book = self.0.book(id).await?;
        condition.check(&book.tag())?;
        Ok(book)
    }
}
