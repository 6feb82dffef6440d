//! Pages: what a client asks for, and models of paginated responses.
//!
//! - [`PageQuery`] and [`Paginated`] number the pages of a list whose length is known.
//! - [`CursorQuery`], [`Cursors`] and [`CursorPage`] continue a list that is long or changes.

mod cursor;
mod page_query;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use cursor::{CursorQuery, Cursors, ShortSecret};
pub use page_query::PageQuery;

/// A page of a list whose length is known.
///
/// ```
/// use dmr_core::pagination::Paginated;
///
/// let page = Paginated::new(vec!["a", "b"], 1, 2, 5);
/// assert_eq!((page.num_pages, page.page.number), (3, 1));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paginated<T> {
    /// The number of objects on all pages.
    pub count: u64,
    /// The number of pages; 1 for an empty list.
    pub num_pages: u64,
    /// The number of objects on a full page.
    pub per_page: u64,
    /// The page.
    pub page: Page<T>,
}

/// The objects of one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Page<T> {
    /// The number of the page, from 1.
    pub number: u64,
    /// The objects.
    pub object_list: Vec<T>,
}

impl<T> Paginated<T> {
    /// Makes page `number`, from 1, of a list of `count` objects. A `per_page` of 0 counts as 1.
    pub fn new(objects: Vec<T>, number: u64, per_page: u64, count: u64) -> Self {
        let per_page = per_page.max(1);
        Self {
            count,
            num_pages: count.div_ceil(per_page).max(1),
            per_page,
            page: Page {
                number,
                object_list: objects,
            },
        }
    }
}

/// A page of a list that continues after a cursor: for lists that are long or change.
///
/// ```
/// use dmr_core::pagination::CursorPage;
///
/// // The client asked for three items. The application fetched one more: a next page exists.
/// let page = CursorPage::new(vec![1, 2, 3, 4], 3, |last| last.to_string());
/// assert_eq!((page.items.len(), page.next.as_deref()), (3, Some("3")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CursorPage<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the next page. None on the last page.
    pub next: Option<String>,
}

impl<T> CursorPage<T> {
    /// Makes a page of up to `limit` items. If there are more, a next page exists; it begins after
    /// the cursor of the last item on this page.
    pub fn new(mut items: Vec<T>, limit: usize, cursor: impl FnOnce(&T) -> String) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(cursor);
        Self { items, next }
    }
}
