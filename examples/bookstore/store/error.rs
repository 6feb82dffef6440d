//! The errors of the store, and their responses.

use dmr::ErrorResponses;
use sqlx::error::DatabaseError;

/// An error of the store. Endpoints that return it document its responses.
#[derive(Debug, thiserror::Error, ErrorResponses)]
pub(crate) enum StoreError {
    /// There is no such author.
    #[error("There is no author {0}")]
    #[response(status = 404, error_type = "author_not_found")]
    NoAuthor(i64),

    /// There is no such book.
    #[error("There is no book {0}")]
    #[response(status = 404, error_type = "book_not_found")]
    NoBook(i64),

    /// The book has no cover.
    #[error("The book {0} has no cover")]
    #[response(status = 404, error_type = "cover_not_found")]
    NoCover(i64),

    /// The list has fewer pages.
    #[error("There is no page {0}")]
    #[response(status = 404, error_type = "page_not_found")]
    NoPage(u64),

    /// The name or the title is taken.
    #[error("There is one already")]
    #[response(status = 409, error_type = "duplicate")]
    Duplicate,

    /// The author has books.
    #[error("The author {0} has books")]
    #[response(status = 409, error_type = "has_books")]
    HasBooks(i64),

    /// Somebody else has changed the book.
    #[error("The book {0} has changed in the meantime")]
    #[response(status = 412, error_type = "changed")]
    Changed(i64),

    /// A refusal of dmr itself, such as an `If-Match` that does not match.
    #[error("{0}")]
    #[response(transparent)]
    Refused(#[from] dmr::Error),

    #[error("the database failed: {0}")]
    #[response(internal)]
    Database(sqlx::Error),

    #[error("the covers cannot be stored: {0}")]
    #[response(internal)]
    Covers(#[from] std::io::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error() {
            Some(cause) if cause.is_unique_violation() => Self::Duplicate,
            _ => Self::Database(error),
        }
    }
}

/// Whether a row refers to a missing row, or a row to be removed is still referred to.
pub(super) fn is_broken_reference(error: &sqlx::Error) -> bool {
    let cause = error.as_database_error();
    cause.is_some_and(DatabaseError::is_foreign_key_violation)
}
