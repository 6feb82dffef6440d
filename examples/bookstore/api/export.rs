//! `export/books/`.

use dmr::{Controller, JsonLines, Query, controller};

use super::Problem;
use crate::store::{Book, BookFilter, Store};

/// All books, straight from the cursor of the database. The cursor moves on when the client has
/// room for more.
pub(crate) struct BookExport(pub(crate) Store);

#[controller(tags = ["books"])]
impl Controller for BookExport {
    type ErrorModel = Problem;

    /// Export books as JSON Lines.
    async fn get(&self, Query(filter): Query<BookFilter>) -> JsonLines<'_, Book> {
        JsonLines::fallible(self.0.every_book(filter))
    }
}
