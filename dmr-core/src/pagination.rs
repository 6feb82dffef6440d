//! Models of responses that are a page of something. Cutting the pages is the application's
//! business.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// How many objects there are on all pages.
    pub count: u64,
    /// How many pages there are; 1 if there is no object.
    pub num_pages: u64,
    /// How many objects a full page has.
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
    /// The page `number`, from 1, with its objects, of a list of `count` objects. No page has less
    /// than one object.
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

/// A page of a list that goes on behind a cursor: for lists that change, or are long.
///
/// ```
/// use dmr_core::pagination::CursorPage;
///
/// // Three were asked for, one more was fetched, so that there is a next page.
/// let page = CursorPage::new(vec![1, 2, 3, 4], 3, |last| last.to_string());
/// assert_eq!((page.items.len(), page.next.as_deref()), (3, Some("3")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CursorPage<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to ask the next page with; none behind the last page.
    pub next: Option<String>,
}

impl<T> CursorPage<T> {
    /// A page of up to `limit` items. More items say that there is a next page, which begins behind
    /// the cursor of the last item that is on this one.
    pub fn new(mut items: Vec<T>, limit: usize, cursor: impl FnOnce(&T) -> String) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(cursor);
        Self { items, next }
    }
}
